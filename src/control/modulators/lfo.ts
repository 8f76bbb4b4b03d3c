import type { LfoShape } from '../../engine/controls.js'
import { noise } from './noise.js'
import type { Generator, LfoDecl, ModulatorPlay } from './types.js'

const fract = (x: number) => x - Math.floor(x)
const smooth = (t: number) => t * t * (3 - 2 * t)

/** Each from a phase within the wave (0..1) and the number of the wave to 0..1. */
const SHAPES: Readonly<Record<LfoShape, (t: number, n: number, width: number, seed: number) => number>> = {
  sine: (t) => 0.5 + 0.5 * Math.sin(2 * Math.PI * t),
  triangle: (t) => 1 - Math.abs(2 * fract(t + 0.25) - 1),
  'saw-up': (t) => t,
  'saw-down': (t) => 1 - t,
  square: (t, _n, width) => (t < width ? 1 : 0),
  'sample-hold': (_t, n, _width, seed) => noise(seed, n),
  random: (t, n, _width, seed) => noise(seed, n) + (noise(seed, n + 1) - noise(seed, n)) * smooth(t),
}

/** In beats it is a matter of where the music is, so that it starts with the bar; in hertz it runs by itself, so that its rate can be played. */
export const createLfo = ({ shape, hz, phase, width }: LfoDecl, play: ModulatorPlay, seed: number): Generator => {
  const wave = SHAPES[shape]
  let run = 0
  return {
    tick({ beat, dt }) {
      if (hz !== undefined) run += dt * play.hz
      const at = (hz === undefined ? beat / play.every : run) + phase
      const n = Math.floor(at)
      return wave(at - n, n, width, seed)
    },
  }
}
