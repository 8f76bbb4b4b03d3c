import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLiveMasks } from '../../src/app/live-masks.js'
import { createSubjects } from '../../src/app/subjects.js'
import { createMaskedPicture } from '../../src/app/masked-picture.js'
import { createFaults } from '../../src/engine/guard.js'
import { createMaskLook, type Align } from '../../src/engine/look.js'
import { openGpu } from '../../src/gl/context.js'
import { createPictureStage } from '../../src/gl/picture.js'
import type { Gpu } from '../../src/gl/types.js'
import { openMasker } from '../../src/masking/masker.js'
import type { Masker, MaskView } from '../../src/masking/types.js'
import { createLayerReader } from '../gl/matte/support.js'
import { frameOf, moment, pixelAt } from '../gl/support.js'
import { onnxFile } from '../support/onnx.js'

const dir = mkdtempSync(join(tmpdir(), 'doppel-masked-'))
const [W, H, BAR] = [640, 360, 40]
let gpu: Gpu
let model: string
beforeAll(() => {
  gpu = openGpu()
  model = join(dir, 'red.onnx')
  // A person by this model is whatever is red: clip(4 (red - green)).
  writeFileSync(model, onnxFile({
    inputs: [{ name: 'input_1:0', shape: [1, 256, 256, 3] }],
    outputs: [{ name: 'activation_10', shape: [1, 256, 256, 1] }],
    constants: [{ name: 'weights', shape: [3, 1], values: [4, -4, 0] }, { name: 'zero', shape: [], values: [0] }, { name: 'one', shape: [], values: [1] }],
    nodes: [{ op: 'MatMul', inputs: ['input_1:0', 'weights'], outputs: ['redness'] }, { op: 'Clip', inputs: ['redness', 'zero', 'one'], outputs: ['activation_10'] }],
  }))
})
afterAll(() => {
  gpu.close()
  rmSync(dir, { recursive: true, force: true })
})

/** A red bar that moves by its own width from frame to frame. */
const barAt = (n: number) => ((n * BAR) % W)
const frame = (n: number) => ({
  ...frameOf('rgba', W, H, { code: (_p, c, x) => (c === 3 ? 255 : x >= barAt(n) && x < barAt(n) + BAR ? (c === 0 ? 255 : 0) : 90) }),
  matrix: 'rgb' as const, fullRange: true, seq: n, capturedAt: n * 40, mediaTime: n / 25,
})

/** A masker whose masks are seen `frames` pictures after they were made. */
const late = (masker: Masker, frames: number): Masker & { made(): void } => {
  const made: MaskView[] = []
  return {
    ...masker,
    get input() { return masker.input },
    get idle() { return masker.idle },
    newest: () => (made.length > frames ? made.at(-1 - frames) : undefined),
    made() {
      const view = masker.newest()
      if (!view) return
      const planes = Array.from({ length: 8 }, (_, i) => Uint8Array.from(view.plane(i)))
      made.push({ ...view, confidence: Float32Array.from(view.confidence), plane: (i: number) => planes[i] ?? new Uint8Array(0) })
    },
  }
}

const LATENCY = 3
const play = async (align: (n: number) => Align, frames: number, visit: (n: number, shown: ReturnType<ReturnType<typeof createMaskedPicture>['show']>, age: number) => void) => {
  const faults = createFaults()
  const masker = await openMasker({ id: 'masks', segmenter: 'selfie', files: { model }, source: { width: W, height: H }, provider: 'cpu' })
  const delayed = late(masker, LATENCY)
  const live = createLiveMasks(gpu, { masker: delayed, subjects: createSubjects({ masker, most: 1, byItself: true, seeds: new Map(), takes: [] }), shaderText: () => '', faults })
  const stage = createPictureStage(gpu, { width: W, height: H, shaderText: () => '' })
  const masked = createMaskedPicture(gpu, { width: W, height: H, fit: 'stretch', most: 1 })
  const look = createMaskLook({ guide: 0, steady: 0, holes: 0 })
  for (let n = 0; n < frames; n++) {
    look.align = align(n)
    const picture = frame(n)
    await live.lookExactly(picture, moment(n))
    delayed.made()
    gpu.makeCurrent()
    const shown = masked.show(stage.draw(picture, 'stretch', moment(n)), picture, live.newest(), look)
    visit(n, shown, masked.ageFrames)
  }
  for (const unit of [live, stage, masked]) unit.close()
  await masker.close()
  expect(gpu.gl.getError()).toBe(0)
}

describe('live masks that come three frames late', () => {
  it('aligned: not one pixel of the picture is beside its mask', async () => {
    const reader = createLayerReader(gpu, W, H)
    let looked = 0
    await play(() => 'aligned', 14, (n, shown, age) => {
      if (n < LATENCY) {
        expect(shown.subjects?.count).toBe(0)
        return
      }
      const then = barAt(n - LATENCY)
      expect(shown.subjects?.count).toBe(1)
      const mask = reader.read(shown.layers ?? gpu.gl.createTexture(), 0)
      const wrong = mask.filter((value, i) => (value >= 128) !== (i % W >= then && i % W < then + BAR)).length
      const [inside, outside] = [pixelAt(gpu, shown.colour, then + 20, 100), pixelAt(gpu, shown.colour, (then + 100) % W, 100)]
      expect([wrong, inside.slice(0, 2), outside.slice(0, 2), age]).toEqual([0, [255, 0], [90, 90], 0])
      looked++
    })
    expect(looked).toBe(14 - LATENCY)
    reader.close()
  })

  it('tight: the picture is the newest, and the masks say how old they are', async () => {
    await play(() => 'tight', 8, (n, shown, age) => {
      expect(pixelAt(gpu, shown.colour, barAt(n) + 20, 100).slice(0, 2)).toEqual([255, 0])
      if (n >= LATENCY) expect(age).toBe(LATENCY)
    })
  })

  it('switches between the ways mid-show without new memory, and without going back and forth', async () => {
    const ways: Align[] = ['aligned', 'aligned', 'aligned', 'aligned', 'tight', 'tight', 'sync', 'aligned', 'tight', 'aligned', 'sync', 'tight']
    const textures = new Set<WebGLTexture>()
    let late_ = 0
    await play((n) => ways[n] ?? 'aligned', ways.length, (n, shown) => {
      if (shown.layers) textures.add(shown.layers)
      textures.add(shown.colour.texture)
      const at = ways[n] === 'aligned' && n >= LATENCY ? n - LATENCY : n
      expect(pixelAt(gpu, shown.colour, barAt(at) + 20, 100).slice(0, 2)).toEqual([255, 0])
      late_ = Math.max(late_, n - at)
    })
    expect(late_).toBe(LATENCY)
    // The picture's own, the sixteen kept ones, the masks and the carried masks: all made at the beginning.
    expect(textures.size).toBeLessThanOrEqual(19)
  })
})

it('what a tick drew small goes to the worker at its end, if it is back by then, and is segmented while the show rests', async () => {
  const masker = await openMasker({ id: 'masks', segmenter: 'selfie', files: { model }, source: { width: W, height: H }, provider: 'cpu' })
  const live = createLiveMasks(gpu, { masker, subjects: createSubjects({ masker, most: 1, byItself: true, seeds: new Map(), takes: [] }), shaderText: () => '', faults: createFaults() })
  // Nothing is on its way yet.
  live.handOver()
  expect(masker.idle).toBe(true)
  live.look(frame(0), moment(0))
  expect(masker.idle).toBe(true)
  gpu.gl.finish()
  live.handOver()
  expect(masker.idle).toBe(false)
  await masker.settle()
  expect(live.newest()?.seq).toBe(frame(0).seq)
  live.close()
  await masker.close()
})
