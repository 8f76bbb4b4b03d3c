import { openGpu } from '../src/gl/context.js'
import type { Gpu } from '../src/gl/types.js'
import { openMemory } from '../src/outputs/memory.js'
import type { Bench, Context, Row } from './bench.js'
import { openRig } from './rig.js'

const SIZES = [[1920, 1080], [1280, 720]] as const
const CHAINS = [['colour'], ['kaleidoscope', 'echo'], ['feedback', 'rgb-split', 'pixelate']] as const
const FPS = 60

const ticks = async (gpu: Gpu, { clips, quick }: Context, [width, height]: readonly [number, number], effects: readonly string[]): Promise<Row[]> => {
  const output = openMemory({ id: 'memory', width, height, format: 'i420' })
  const rig = await openRig({ gpu, clip: clips.clip(1920, 1080, FPS, 5), effects, size: [width, height], fps: FPS, outputs: [output] })
  for (let i = 0; i < (quick ? 20 : 80); i++) await rig.step()
  const { pull: _asked, present: _none, mask: _unused, ...stages } = rig.show.stages.summary()
  await rig.close()
  return Object.entries(stages).map(([stage, { p50 }]) => ({ metric: `${height}p ${effects.join(' + ')}: ${stage}, p50`, value: p50, unit: 'ms' }))
}

/** Where a tick's time goes. A driver may put work off, so a stage can show what an earlier one asked for; the sum is right. */
export const stages: Bench = {
  name: 'stages',
  about: 'milliseconds of every stage for typical chains (1080p60 clip, memory output)',
  async run(context) {
    const gpu = openGpu()
    const rows: Row[] = []
    for (const size of SIZES) for (const chain of CHAINS) rows.push(...(await ticks(gpu, context, size, chain)))
    gpu.close()
    return rows
  },
}

