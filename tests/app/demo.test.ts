import { expect, it } from 'vitest'
import { firstPictures, openSources } from '../../src/app/open.js'
import { openMasks } from '../../src/app/open-masks.js'
import { planShow } from '../../src/app/plan.js'
import { openShow } from '../../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../../src/effects/library.js'
import { createFaults } from '../../src/engine/guard.js'
import type { Fault } from '../../src/engine/types.js'
import { dancerMask } from '../../src/inputs/generators.js'
import { openGpu } from '../../src/gl/context.js'

const FPS = 30
/** Not the demo's own size: what it says about places must fit all the same. */
const SIZE = [320, 180] as const

/** Where the dancer's middle is, 0..1 with y up, and how much of the picture it covers. */
const truthAt = (time: number, seed: number): readonly [x: number, y: number, area: number] => {
  const [width, height] = SIZE
  let [sum, sumX, sumY] = [0, 0, 0]
  dancerMask(time, seed, width, height).forEach((value, i) => {
    sum += value
    sumX += value * ((i % width) + 0.5)
    sumY += value * (height - Math.floor(i / width) - 0.5)
  })
  return [sumX / sum / width, sumY / sum / height, sum / 255 / (width * height)]
}

it('Doppel\'s own tracker follows the demo\'s dancer, on a canvas of another size too', async () => {
  const whole = planShow('sets/demo', [])
  const plan = { ...whole, scenes: whole.scenes.slice(0, 1) }
  const gpu = openGpu()
  const faults = createFaults()
  const told: Fault[] = []
  faults.fault$.subscribe((fault) => { told.push(fault) })
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const sources = await openSources(plan, { hw: 'none', leadSeconds: 0, size: SIZE, report: faults.report })
  await firstPictures(sources)
  const masks = await openMasks(plan.masking, sources.all, { gpu, shaderText: library.text, faults })
  expect(masks.maskers.length).toBe(1)
  const show = openShow({ plan, gpu, size: SIZE, fps: FPS, sources: sources.all, masks: masks.all, outputs: [], shaders: library, faults })
  try {
    for (let n = 0; n <= 40; n++) {
      await show.tickExactly({ n, time: n / FPS, dt: n === 0 ? 0 : 1 / FPS, skipped: 0 })
      if (n < 20 || n % 10 !== 0) continue
      const followed = show.facts('followed', 1)
      const [x, y, area] = truthAt(n / FPS, plan.seed)
      expect(followed?.present, `held at picture ${n}`).toBe(1)
      expect(Math.abs((followed?.centroid[0] ?? 9) - x), `across, picture ${n}`).toBeLessThan(0.03)
      expect(Math.abs((followed?.centroid[1] ?? 9) - y), `up, picture ${n}`).toBeLessThan(0.08)
      expect((followed?.area ?? 0) / area, `area, picture ${n}`).toBeGreaterThan(0.7)
      expect((followed?.area ?? 0) / area, `area, picture ${n}`).toBeLessThan(1.5)
    }
    expect(told).toEqual([])
  } finally {
    show.close()
    await masks.close()
    await sources.close()
    library.close()
    gpu.close()
  }
}, 180_000)
