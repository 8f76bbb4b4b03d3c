import { setTimeout as pause } from 'node:timers/promises'
import { openGpu } from '../src/gl/context.js'
import { openMemory } from '../src/outputs/memory.js'
import type { Bench } from './bench.js'
import { collectGarbage } from './measure.js'
import { openRig } from './rig.js'

const SIZE = [1280, 720] as const
const FPS = 60
const SECONDS = 5
const WARM_ROUNDS = 4

/** Whether a show that runs takes more and more memory. */
export const memory: Bench = {
  name: 'memory',
  about: 'growth over 600 ticks: 1080p60 clip that loops, colour, echo and feedback, memory output at 720p',
  async run({ quick, clips, say }) {
    const [width, height] = SIZE
    const gpu = openGpu()
    const output = openMemory({ id: 'memory', width, height, format: 'i420' })
    const rig = await openRig({ gpu, clip: clips.clip(1920, 1080, FPS, SECONDS), effects: ['colour:hue=0.1', 'echo', 'feedback'], size: SIZE, fps: FPS, outputs: [output] })
    // Two decoders take turns at the clip, each with a pool of pictures for every thread: they are full when both have played twice.
    const warm = (quick ? 1 : WARM_ROUNDS) * SECONDS * FPS
    const ticks = quick ? 120 : 600
    const run = async (count: number) => { for (let i = 0; i < count; i++) await rig.step() }
    say(`${warm} ticks to warm up, then ${ticks}`)
    await run(warm)
    const look = async () => {
      // Freed pictures are given back by their finalisers, after the collection that found them.
      collectGarbage()
      await pause(50)
      collectGarbage()
      return process.memoryUsage()
    }
    const before = await look()
    await run(ticks)
    const after = await look()
    await rig.close()
    gpu.close()
    return [
      { metric: `array buffers after ${ticks} ticks`, value: after.arrayBuffers - before.arrayBuffers, unit: 'bytes', target: { op: '==', value: 0 } },
      { metric: `resident memory after ${ticks} ticks`, value: (after.rss - before.rss) / 1e6, unit: 'MB', target: { op: '<=', value: 4 } },
      { metric: 'heap', value: (after.heapUsed - before.heapUsed) / 1e6, unit: 'MB' },
      { metric: 'resident memory', value: after.rss / 1e6, unit: 'MB' },
    ]
  },
}
