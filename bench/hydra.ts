import { openGpu } from '../src/gl/context.js'
import type { Gpu } from '../src/gl/types.js'
import type { Bench, Row } from './bench.js'
import { DRIVERS, findHydra, playHydra, type Driver, type Played } from './hydra-peer.js'
import { median, medianRatio, takeTurns } from './measure.js'
import { openRig } from './rig.js'

const SIZE = [1280, 720] as const
const FPS = 60
const TARGET = { op: '>=', value: 3 } as const
const COMPARED = 'Doppel / Hydra'
/** Its trail is mixed in as Hydra's is; Doppel's own default, the lighter of both, costs the same. */
const EFFECTS = ['kaleidoscope', 'feedback:blend=mix']

/** Ticks a second with a new picture of the clip in every one, each waited for. */
const openOurs = async (gpu: Gpu, clip: string) => {
  const rig = await openRig({ gpu, clip, effects: EFFECTS, size: SIZE, fps: FPS, outputs: [] })
  return {
    async play(count: number) {
      const started = performance.now()
      for (let i = 0; i < count; i++) {
        await rig.step()
        gpu.gl.finish()
      }
      return (1000 * count) / (performance.now() - started)
    },
    close: () => rig.close(),
  }
}

/** A clip through a kaleidoscope with feedback, against the same in Hydra. */
export const hydra: Bench = {
  name: 'hydra',
  about: '1080p60 clip, kaleidoscope and feedback on a 720p canvas, untimed, against the same in hydra-synth in headless Chromium',
  async run({ quick, clips, say }) {
    const clip = clips.clip(1920, 1080, FPS, 5)
    const frames = quick ? 40 : 150
    const peer = findHydra()
    const missing = 'missing' in peer ? peer.missing : undefined
    if (missing !== undefined) say(`SKIPPED the comparison: ${missing}`)
    const gpu = openGpu()
    const ours = await openOurs(gpu, clip)
    await ours.play(20)
    // The browser may draw with the driver Doppel has, or its own: the comparison is with what is faster here.
    let best: { driver: Driver; played: Played } | undefined
    const theirs = async () => {
      const drivers = best ? [best.driver] : (Object.keys(DRIVERS) as Driver[])
      for (const driver of drivers) {
        const played = await playHydra(peer, { clip, size: SIZE, frames: Math.ceil(frames / 2), driver })
        say(`Hydra drawn by ${played.renderer}: ${played.fps.toFixed(2)} fps`)
        if (!best || drivers.length === 1 || played.fps > best.played.fps) best = { driver, played }
      }
      return best?.played.fps ?? Number.NaN
    }
    const [mine = [], hydras = []] = await takeTurns(quick ? 1 : 3, () => ours.play(frames), ...(missing === undefined ? [theirs] : []))
    await ours.close()
    gpu.close()
    const rows: Row[] = [{ metric: 'Doppel', value: median(mine), unit: 'fps', note: 'a new picture of the clip in every tick' }]
    if (missing !== undefined) return [{ metric: COMPARED, value: null, unit: 'x', target: TARGET, note: missing }, ...rows]
    return [
      { metric: COMPARED, value: medianRatio(mine, hydras), unit: 'x', target: TARGET },
      ...rows,
      { metric: 'Hydra', value: median(hydras), unit: 'fps', note: best?.played.renderer ?? '' },
      { metric: 'Hydra, new pictures of the clip a tick', value: (best?.played.pictures ?? Number.NaN) / Math.ceil(frames / 2), unit: '' },
    ]
  },
}
