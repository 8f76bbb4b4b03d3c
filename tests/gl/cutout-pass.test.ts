import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../src/gl/context.js'
import { createCutoutPass } from '../../src/gl/cutout-pass.js'
import { createSubjectWatch } from '../../src/gl/subject/watch.js'
import { clearTarget, createTarget } from '../../src/gl/target.js'
import type { Gpu } from '../../src/gl/types.js'
import { circle, drawnWith, union, type Signed } from './subject/support.js'
import { moment, pixelsOf } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

describe('cut-outs', () => {
  it.each<[string, number, number, Signed]>([
    ['a disc', 320, 180, circle(100, 90, 40)],
    ['two discs, far apart', 320, 180, union(circle(20, 20, 12), circle(300, 160, 9))],
    ['a speck', 320, 180, circle(161.5, 88.5, 0.8)],
    ['one that leaves at a corner', 320, 180, circle(318, 178, 30)],
    ['an upright picture', 90, 250, circle(50, 200, 30)],
    ['one that is very small', 37, 23, circle(10, 10, 4)],
    ['an empty one', 320, 180, () => -100],
    ['a full one', 320, 180, () => 100],
  ])('of %s are the same where only its box is drawn', (_, width, height, signed) => {
    const watch = createSubjectWatch(gpu, { width, height, reads: new Set(['subject'] as const) })
    const drawn = drawnWith(gpu, width, height, signed, 1, (x, y) => [(x * 3) & 255, (y * 5) & 255, 99, 255])
    watch.update(drawn, moment(0), true)
    expect(watch.outline).toBeDefined()
    const pass = createCutoutPass(gpu)
    // Smaller than the picture, as the history is: edges lie between pixels.
    const target = createTarget(gpu, { width: Math.ceil(width * 0.75), height: Math.ceil(height * 0.75), format: 'rgba8' })
    const filled = new Int32Array(4)
    pass.draw(drawn.colour.texture, watch.mask, undefined, target, filled)
    expect([...filled]).toEqual([0, 0, target.width, target.height])
    const whole = pixelsOf(gpu, target)
    gpu.gl.clearColor(1, 1, 1, 1)
    gpu.gl.clear(gpu.gl.COLOR_BUFFER_BIT)
    pass.draw(drawn.colour.texture, watch.mask, watch.outline, target, filled)
    expect(pixelsOf(gpu, target)).toEqual(whole)
    expect(gpu.gl.getError()).toBe(0)
    for (const unit of [target, pass, drawn, watch]) unit.close()
  })

  it('leave nothing of the one before them in their place, wherever that was', () => {
    const [width, height] = [320, 180]
    const target = createTarget(gpu, { width, height, format: 'rgba8' })
    const fresh = createTarget(gpu, { width, height, format: 'rgba8' })
    clearTarget(gpu, target)
    const pass = createCutoutPass(gpu)
    const filled = new Int32Array(4)
    const places: readonly Signed[] = [circle(60, 60, 30), circle(90, 70, 30), circle(250, 120, 40), circle(250, 120, 50), circle(250, 120, 8), () => -100, circle(20, 20, 10), () => 100, circle(300, 20, 12)]
    places.forEach((signed, n) => {
      const watch = createSubjectWatch(gpu, { width, height, reads: new Set(['subject'] as const) })
      const drawn = drawnWith(gpu, width, height, signed, n, (x, y) => [(x * 3) & 255, (y * 5) & 255, 99, 255])
      watch.update(drawn, moment(n), true)
      pass.draw(drawn.colour.texture, watch.mask, watch.outline, target, filled)
      pass.draw(drawn.colour.texture, watch.mask, undefined, fresh, new Int32Array(4))
      expect(pixelsOf(gpu, target), `place ${n}`).toEqual(pixelsOf(gpu, fresh))
      drawn.close()
      watch.close()
    })
    for (const unit of [target, fresh, pass]) unit.close()
  })

  it('are drawn everywhere while nobody knows where the subject is', () => {
    const watch = createSubjectWatch(gpu, { width: 64, height: 36, reads: new Set(['subject'] as const) })
    const drawn = drawnWith(gpu, 64, 36, undefined, 1, () => [9, 9, 9, 255])
    watch.update(drawn, moment(0), true)
    expect(watch.outline).toBeUndefined()
    drawn.close()
    watch.close()
  })
})
