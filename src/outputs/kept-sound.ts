import { openClipSound, SAMPLE_RATE, type Stereo } from './clip-sound.js'
import type { AudioFrom } from './record-job.js'

/** Sound without an end: the clip's, looped as the clip is, then silence. */
export interface KeptSound {
  /** Fills the first `count` samples of `into`. */
  fill(into: Stereo, count: number): void
  close(): void
}

const toSample = (seconds: number) => Math.max(0, Math.round(seconds * SAMPLE_RATE))

/**
 * Opens the sound under a clip being rendered; undefined when the clip has none. A loop goes round at exact samples,
 * each round of the same length even where the sound is shorter than the picture.
 */
export const openKeptSound = ({ path, start, loop }: AudioFrom): KeptSound | undefined => {
  const sound = openClipSound(path)
  if (!sound) return undefined
  const first = loop ? toSample(loop.in) : 0
  const end = loop && toSample(loop.out) > first ? toSample(loop.out) : Infinity
  let at = toSample(start)
  sound.seek(at)
  return {
    fill(into, count) {
      for (let done = 0; done < count; ) {
        if (at >= end) {
          at = first
          sound.seek(at)
        }
        const wanted = Math.min(count - done, end - at)
        const got = sound.read(into, done, wanted)
        for (const side of into) side.fill(0, done + got, done + wanted)
        done += wanted
        at += wanted
      }
    },
    close: () => sound.close(),
  }
}
