import { setTimeout as pause } from 'node:timers/promises'
import { openClip } from '../src/inputs/clip.js'
import type { Bench } from './bench.js'
import { median, medianRatio, sum, takeTurns } from './measure.js'
import { openPlainDecoder } from './plain-decode.js'

const FPS = 60
const SECONDS = 5
/** After a seek the source decodes ahead for a moment; the next one is not measured against that. */
const REST_MS = 120

/** Frames spread over the clip and over every place in a GOP, the same in every run. */
const places = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.floor((((i + 1) * 0.6180339887) % 1) * (SECONDS * FPS - 2)))

/** Seeks to arbitrary frames of a clip with a keyframe a second, against decoding from that keyframe to the frame. */
export const seek: Bench = {
  name: 'seek',
  about: 'seek to arbitrary frames of a 1080p60 clip with one-second GOPs, against decoding the GOP up to the frame',
  async run({ quick, clips }) {
    const path = clips.clip(1920, 1080, FPS, SECONDS)
    const frames = places(quick ? 8 : 30)
    const clip = await openClip(path, { id: 'clip', hw: 'none', leadSeconds: 0, now: () => performance.now() })
    const decoder = openPlainDecoder(path)
    const decodeTo = (first: number, last: number) => {
      const started = performance.now()
      decoder.seek(first / FPS)
      while (decoder.next() < (last - 0.5) / FPS);
      return performance.now() - started
    }
    const seekTo = async (frame: number) => {
      await pause(REST_MS)
      const started = performance.now()
      clip.controls.seek((frame + 0.25) / FPS)
      clip.advance({ n: 0, time: 0, dt: 0, skipped: 0 })
      await clip.settle()
      const spent = performance.now() - started
      const shown = Math.round((clip.latest()?.kind === 'frame' ? clip.latest()?.mediaTime ?? Number.NaN : Number.NaN) * FPS)
      if (shown !== frame) throw new Error(`a seek to frame ${frame} led to frame ${shown}`)
      return spent
    }
    const inOrder = async (one: (frame: number) => Promise<number> | number) => {
      const times: number[] = []
      for (const frame of frames) times.push(await one(frame))
      return times
    }
    const [ours = [], upTo = [], whole = []] = await takeTurns(quick ? 1 : 3,
      () => inOrder(seekTo),
      () => inOrder((frame) => decodeTo(frame, frame)),
      () => inOrder((frame) => decodeTo(frame, Math.floor(frame / FPS) * FPS + FPS - 1)))
    decoder.close()
    await clip.close()
    return [
      { metric: 'seek / decoding the GOP up to the frame', value: medianRatio(ours.map(sum), upTo.map(sum)), unit: 'x', target: { op: '<=', value: 1.2 } },
      { metric: 'seek / decoding the whole GOP', value: medianRatio(ours.map(sum), whole.map(sum)), unit: 'x' },
      { metric: 'seek, p50', value: median(ours.flat()), unit: 'ms' },
      { metric: 'decoding up to the frame, p50', value: median(upTo.flat()), unit: 'ms' },
    ]
  },
}
