import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { shaderFolder } from '../../src/effects/library.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu, Target } from '../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget, moment, pixelAt } from '../gl/support.js'
import { playIsf } from './support.js'

const SIZE = [32, 16] as const
const example = (name: string) => join(shaderFolder(), 'isf', `${name}.fs`)
let gpu: Gpu
let grey: Target
beforeAll(() => {
  gpu = openGpu()
  grey = filledTarget(gpu, ...SIZE, () => [100, 100, 100, 255])
})
afterAll(() => {
  grey.close()
  gpu.close()
})

describe('shaders/isf/sound-bars.fs', () => {
  it('stands as high as its part of the spectrum is loud, over the picture', () => {
    const { chain, instance, faults } = playIsf(gpu, example('sound-bars'), SIZE, { height: 1, colour: [1, 0, 0, 1] })
    // Two pixels to a bar, the first of which is its gap: bar 4 of 16 (bins 64 to 79) is loud, all others half so.
    const sound = { wave: new Float32Array(512), spectrum: Float32Array.from({ length: 256 }, (_, i) => (i >> 4 === 4 ? 1 : 0.5)) }
    const at = (frame: number, x: number, y: number, heard = true) => pixelAt(gpu, chain.run(drawnOf(grey), moment(frame, heard ? { sound } : {})), x, y)
    expect([at(0, 9, 1), at(1, 11, 1), at(2, 11, 12)]).toEqual([[255, 0, 0, 255], [100, 100, 100, 255], [255, 0, 0, 255]])
    instance.values['place'] = 'From above'
    expect([at(3, 11, 1), at(4, 11, 12)]).toEqual([[255, 0, 0, 255], [100, 100, 100, 255]])
    expect(at(5, 9, 1, false)).toEqual([100, 100, 100, 255])
    expect(faults).toEqual([])
    chain.close()
  })
})

describe('shaders/isf/ghost-trails.fs', () => {
  it('leaves a trail outside the subject that fades, and is cleared', () => {
    const { chain, instance, faults } = playIsf(gpu, example('ghost-trails'), SIZE, { decay: 0.5, tint: [1, 0, 0, 1], drift: [0.5, 0.5] })
    const here = filledMask(gpu, ...SIZE, (x) => (x < 16 ? 255 : 0))
    const nowhere = filledMask(gpu, ...SIZE, () => 0)
    const at = (frame: number, mask: Target) => pixelAt(gpu, chain.run(drawnOf(grey, mask), moment(frame, { beat: 0 })), 4, 8)
    // Inside, the picture itself.
    expect(at(0, here)).toEqual([100, 100, 100, 255])
    // Then the trail is screened on, half as bright each tick: 100 + t (255 - 100) / 255 with t = 50, 25.
    expect(at(1, nowhere).map((v, i) => Math.abs(v - ([130, 100, 100, 255][i] ?? 0)) <= 1)).toEqual([true, true, true, true])
    expect(Math.abs((at(2, nowhere)[0] ?? 0) - 115)).toBeLessThanOrEqual(1)
    instance.values['clear'] = 1
    expect(at(3, nowhere)).toEqual([100, 100, 100, 255])
    expect(faults).toEqual([])
    for (const mask of [here, nowhere]) mask.close()
    chain.close()
  })
})
