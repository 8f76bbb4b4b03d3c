import { AUDIO_BANDS, type Follow } from '../../engine/controls.js'
import type { Followed } from '../types.js'
import { noise } from './noise.js'
import type { AudioDecl, FollowDecl, Generator, ModulatorPlay, RandomDecl, StepsDecl } from './types.js'

/** A band as it is heard; 0 in silence, and while there is nothing to hear with. */
export const createAudio = ({ band, gain, floor }: AudioDecl): Generator => {
  const index = AUDIO_BANDS.indexOf(band) - 1
  return {
    tick({ audio }) {
      if (audio?.present !== true) return 0
      const heard = (index < 0 ? audio.level : audio.bands[index] ?? 0) * gain
      return heard <= floor ? 0 : Math.min(1, (heard - floor) / (1 - floor))
    },
  }
}

const smooth = (t: number) => t * t * (3 - 2 * t)

/** Values by number, each held for `every` beats but for the glide to the next at its end. */
const stepped = (play: ModulatorPlay, glide: number, valueAt: (n: number) => number): Generator => ({
  tick({ beat }) {
    const at = beat / play.every
    const n = Math.floor(at)
    const into = at - n - (1 - glide)
    const now = valueAt(n)
    return glide > 0 && into > 0 ? now + (valueAt(n + 1) - now) * smooth(into / glide) : now
  },
})

const modulo = (n: number, size: number) => ((n % size) + size) % size

export const createRandom = ({ loop, glide }: RandomDecl, play: ModulatorPlay, seed: number): Generator =>
  stepped(play, glide, (n) => noise(seed, loop > 0 ? modulo(n, loop) : n))

export const createSteps = ({ values, glide }: StepsDecl, play: ModulatorPlay): Generator =>
  stepped(play, glide, (n) => values[modulo(n, values.length)] ?? 0)

const READ: Readonly<Record<Follow, (followed: Followed) => number>> = { x: ({ x }) => x, y: ({ y }) => y, size: ({ size }) => size, speed: ({ speed }) => speed }

/** Stays where it was while the subject is gone. */
export const createFollow = ({ source, subject, what, range: [low, high] }: FollowDecl): Generator => {
  const read = READ[what]
  let last = 0
  return {
    tick(signals) {
      const followed = signals.followed(source, subject)
      if (followed?.present === true) {
        const part = (read(followed) - low) / (high - low)
        if (Number.isFinite(part)) last = Math.min(1, Math.max(0, part))
      }
      return last
    },
  }
}
