import { openGpu } from '../src/gl/context.js'
import { openMemory } from '../src/outputs/memory.js'
import type { Bench, Row } from './bench.js'
import { timeGl } from './gl-timer.js'
import { median, quantile, sum } from './measure.js'
import { openRig } from './rig.js'

const SIZE = [1920, 1080] as const
const FPS = 60

/** A tick of a 1080p60 clip through one effect into memory, split into what its GL calls take and all the rest. */
export const tick: Bench = {
  name: 'tick',
  about: 'the main thread\'s JavaScript beside its GL calls: 1080p60 clip, colour effect, memory output',
  async run({ quick, clips }) {
    const [width, height] = SIZE
    const path = clips.clip(width, height, FPS, 5)
    const gpu = openGpu()
    const timer = timeGl(gpu)
    const output = openMemory({ id: 'memory', width, height, format: 'i420' })
    const rig = await openRig({ gpu: timer.gpu, clip: path, effects: ['colour:hue=0.1,contrast=0.2'], size: SIZE, fps: FPS, outputs: [output] })
    const [warm, ticks] = quick ? [60, 120] : [120, 600]
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
    gpu.close()
    const ratio = (sum(script) + sum(inGl)) / sum(inGl)
    const rows: Row[] = [
      { metric: 'JavaScript beside GL, p50', value: median(script), unit: 'ms', target: { op: '<=', value: 1 } },
      { metric: 'JavaScript beside GL, p95', value: quantile(script, 0.95), unit: 'ms', target: { op: '<=', value: 2.5 } },
      { metric: 'whole tick / its GL calls', value: ratio, unit: 'x', target: { op: '<=', value: 1.1 } },
      { metric: 'GL calls, p50', value: median(inGl), unit: 'ms' },
      { metric: 'GL calls a tick', value: calls / ticks, unit: 'calls' },
      { metric: 'new pictures a tick', value: pictures / (warm + ticks), unit: '' },
    ]
    return rows
  },
}
