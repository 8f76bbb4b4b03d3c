import type { Moment } from '../engine/effect.js'
import type { Program, UniformValue } from './program.js'

const BEATS_PER_BAR = 4
const SILENCE = [0, 0, 0, 0]
const fraction = (x: number) => x - Math.floor(x)

/** The host uniforms that follow from the moment; `effect-source.ts` declares them. */
const VALUES: readonly (readonly [name: string, value: (moment: Moment) => UniformValue])[] = [
  ['time', ({ time }) => time],
  ['timeDelta', ({ dt }) => dt],
  ['frame', ({ frame }) => frame],
  ['bpm', ({ bpm }) => bpm],
  ['beat', ({ beat }) => beat],
  ['beatPhase', ({ beat }) => fraction(beat)],
  ['barPhase', ({ beat, beatsPerBar = BEATS_PER_BAR }) => fraction(beat / beatsPerBar)],
  ['beatSeconds', ({ bpm }) => 60 / bpm],
  ['seed', ({ seed }) => seed],
  ['audio', ({ audio = SILENCE }) => audio],
]

/** Makes the function that tells a program of the moment: only what its shader uses is worked out and set. */
export const momentSetter = (program: Program): ((moment: Moment) => void) => {
  const used = VALUES.filter(([name]) => program.has(name))
  return (moment) => {
    for (const [name, value] of used) program.set(name, value(moment))
  }
}
