import { Subject } from 'rxjs'
import { expect, it } from 'vitest'
import { openSources } from '../../src/app/open.js'
import { planShow } from '../../src/app/plan.js'
import { openShow } from '../../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../../src/effects/library.js'
import { createFaults } from '../../src/engine/guard.js'
import type { Fault, PixelOutput, Status } from '../../src/engine/types.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu } from '../../src/gl/types.js'

const [W, H] = [64, 48]

/** Has room for one picture, and takes its time with it. */
const slowOutput = () => {
  const ticks: number[] = []
  let busy = Promise.resolve()
  let full = false
  let dropped = 0
  const output: PixelOutput = {
    kind: 'pixels', id: 'slow', width: W, height: H, format: 'i420', status$: new Subject<Status>(), fault$: new Subject<Fault>(),
    get dropped() { return dropped },
    write({ tick }) {
      if (full) {
        dropped += 1
        return
      }
      ticks.push(tick)
      full = true
      busy = new Promise((resolve) => { setTimeout(() => { full = false; resolve() }, 20) })
    },
    ready: () => busy,
    close: () => Promise.resolve(),
  }
  return { output, ticks }
}

/** Pictures come back from the graphics card only when they are waited for, as when it is busy. */
const lazily = (gpu: Gpu): Gpu => ({
  ...gpu,
  gles: {
    ...gpu.gles,
    createPixelBuffer: (bytes) => {
      const buffer = gpu.gles.createPixelBuffer(bytes)
      return { ...buffer, arrived: (waitMs) => waitMs > 0 && buffer.arrived(waitMs) }
    },
  },
})

const open = async (output: PixelOutput, dress: (gpu: Gpu) => Gpu = (gpu) => gpu) => {
  const gpu = openGpu()
  const faults = createFaults()
  const plan = planShow('generator:testcard', [])
  const sources = await openSources(plan, { hw: 'none', leadSeconds: 0, size: [W, H], report: faults.report })
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const show = openShow({ plan, gpu: dress(gpu), size: [W, H], fps: 30, sources: sources.all, outputs: [output], shaders: library, faults })
  const close = async () => {
    show.close()
    library.close()
    await sources.close()
    gpu.close()
  }
  return { show, close }
}
const tick = (n: number) => ({ n, time: n / 30, dt: n === 0 ? 0 : 1 / 30, skipped: 0 })

it('every picture on its way arrives at an output that has room for one', async () => {
  const { output, ticks } = slowOutput()
  const { show, close } = await open(output, lazily)
  for (let n = 0; n < 5; n++) await show.tickExactly(tick(n))
  await show.flush()
  expect([ticks, output.dropped]).toEqual([[0, 1, 2, 3, 4], 0])
  await close()
})

it('signals and messages are heard between pictures, also where nothing has to be waited for', async () => {
  const { show, close } = await open({ ...slowOutput().output, write() {}, ready: () => Promise.resolve() })
  let heard = 0
  const again = () => { timer = setImmediate(() => { heard += 1; again() }) }
  let timer: NodeJS.Immediate | undefined
  again()
  for (let n = 0; n < 5; n++) await show.tickExactly(tick(n))
  clearImmediate(timer)
  expect(heard).toBeGreaterThanOrEqual(5)
  await close()
})
