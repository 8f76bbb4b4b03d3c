import { openGpu } from '../src/gl/context.js'
import type { Gpu } from '../src/gl/types.js'
import { openMemory } from '../src/outputs/memory.js'
import type { Bench, Row } from './bench.js'
import { timeGl } from './gl-timer.js'
import { median, quantile, sum } from './measure.js'
import { openRig } from './rig.js'
import { threadTime } from './thread-time.js'

const SIZE = [1920, 1080] as const
const FPS = 60

interface Ticks {
  /** Milliseconds of every tick beside its GL calls, and inside. */
  readonly script: Float64Array
  readonly inGl: Float64Array
  readonly callsATick: number
  readonly picturesATick: number
}

const measure = async (gpu: Gpu, path: string, warm: number, ticks: number, now: () => number): Promise<Ticks> => {
  const [width, height] = SIZE
  const timer = timeGl(gpu, now)
  const output = openMemory({ id: 'memory', width, height, format: 'i420' })
  const rig = await openRig({ gpu: timer.gpu, clip: path, effects: ['colour:hue=0.1,contrast=0.2'], size: SIZE, fps: FPS, outputs: [output], stepClock: now })
  const script = new Float64Array(ticks)
  const inGl = new Float64Array(ticks)
  let calls = 0
  for (let i = -warm; i < ticks; i++) {
    timer.reset()
    const whole = await rig.step()
    if (i < 0) continue
    inGl[i] = timer.insideMs
    script[i] = Math.max(0, whole - timer.besideMs - timer.insideMs)
    calls += timer.calls
  }
  const pictures = rig.clip.latest()?.seq ?? 0
  await rig.close()
  return { script, inGl, callsATick: calls / ticks, picturesATick: pictures / (warm + ticks) }
}

/**
 * A tick of a 1080p60 clip through one effect into memory, split into what its GL calls take and all the rest. Software GL draws
 * with threads of its own, which take the main thread's processor for milliseconds at a time where there are few: there the
 * targets are for what the main thread itself computes.
 */
export const tick: Bench = {
  name: 'tick',
  about: 'the main thread\'s JavaScript beside its GL calls: 1080p60 clip, colour effect, memory output',
  async run({ quick, clips }) {
    const path = clips.clip(...SIZE, FPS, 5)
    const gpu = openGpu()
    const [warm, ticks] = quick ? [60, 120] : [120, 600]
    const { script, inGl, callsATick, picturesATick } = await measure(gpu, path, warm, ticks, () => performance.now())
    const own = gpu.info.software ? threadTime() : undefined
    const computed = own && (await measure(gpu, path, warm, ticks, own)).script
    gpu.close()
    const [p50, p95] = [{ op: '<=', value: 1 }, { op: '<=', value: 2.5 }] as const
    const ratio = (sum(script) + sum(inGl)) / sum(inGl)
    const rows: Row[] = [
      { metric: 'JavaScript beside GL, p50', value: median(script), unit: 'ms', ...(computed ? {} : { target: p50 }) },
      { metric: 'JavaScript beside GL, p95', value: quantile(script, 0.95), unit: 'ms', ...(computed ? {} : { target: p95 }) },
      ...(computed ? [
        { metric: 'JavaScript beside GL, processor time, p50', value: median(computed), unit: 'ms', target: p50 },
        { metric: 'JavaScript beside GL, processor time, p95', value: quantile(computed, 0.95), unit: 'ms', target: p95 },
      ] : []),
      { metric: 'whole tick / its GL calls', value: ratio, unit: 'x', target: { op: '<=', value: 1.1 } },
      { metric: 'GL calls, p50', value: median(inGl), unit: 'ms' },
      { metric: 'GL calls a tick', value: callsATick, unit: 'calls' },
      { metric: 'new pictures a tick', value: picturesATick, unit: '' },
    ]
    return rows
  },
}
