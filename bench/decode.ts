import { openClip } from '../src/inputs/clip.js'
import type { Bench } from './bench.js'
import { median, medianRatio, takeTurns } from './measure.js'
import { openPlainDecoder } from './plain-decode.js'

const FPS = 60

/** Frames a second of a whole clip through the file source, picture by picture as offline rendering takes them. */
const throughSource = async (path: string, frames: number): Promise<number> => {
  const clip = await openClip(path, { id: 'clip', hw: 'none', leadSeconds: 0, now: () => performance.now() })
  // Once, as the plain loop reads it: towards a loop point a second decoder gets ready, whose work is not this clip's.
  clip.controls.mode = 'once'
  try {
    const next = async (n: number) => {
      clip.advance({ n, time: n / FPS, dt: n === 0 ? 0 : 1 / FPS, skipped: 0 })
      await clip.settle()
    }
    // Opening is not decoding: the clock runs from the first picture on, for both.
    await next(0)
    const started = performance.now()
    for (let n = 1; n < frames; n++) await next(n)
    const seconds = (performance.now() - started) / 1000
    const got = clip.latest()
    if (got?.seq !== frames) throw new Error(`${got?.seq ?? 0} of ${frames} pictures came through the file source`)
    return (frames - 1) / seconds
  } finally {
    await clip.close()
  }
}

const plain = (path: string, frames: number): number => {
  const decoder = openPlainDecoder(path)
  decoder.next()
  const started = performance.now()
  for (let n = 1; n < frames; n++) if (Number.isNaN(decoder.next())) throw new Error(`the clip ends after ${n} of ${frames} pictures`)
  const seconds = (performance.now() - started) / 1000
  decoder.close()
  return (frames - 1) / seconds
}

/** The file source (worker, ring, every picture copied out and waited for) against a bare decoding loop. */
export const decode: Bench = {
  name: 'decode',
  about: 'file source (worker and ring) against plain node-av decoding of the same 1080p60 clip',
  async run({ quick, clips }) {
    const path = clips.clip(1920, 1080, FPS, 5)
    const frames = (quick ? 2 : 5) * FPS
    const [source = [], bare = []] = await takeTurns(quick ? 2 : 5, () => throughSource(path, frames), () => plain(path, frames))
    return [
      { metric: 'source / plain decoding', value: medianRatio(source, bare), unit: 'x', target: { op: '>=', value: 0.9 } },
      { metric: 'file source', value: median(source), unit: 'fps' },
      { metric: 'plain decoding', value: median(bare), unit: 'fps' },
    ]
  },
}
