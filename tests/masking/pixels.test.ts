import { describe, expect, it } from 'vitest'
import { bytesFrom, createPixelTensor } from '../../src/masking/pixels.js'

const [width, height] = [3, 2]
const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => (i * 37 + 11) % 256)
const at = (pixel: number, channel: number) => data[pixel * 4 + channel] ?? 0

describe('pixels for models', () => {
  const [mean, std] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]] as const
  it.each([['NHWC', 'RGB'], ['NHWC', 'BGR'], ['NCHW', 'RGB'], ['NCHW', 'BGR']] as const)('are laid out as %s, %s', (layout, order) => {
    const { tensor, fill } = createPixelTensor({ width, height, layout, order, scale: 1 / 255, mean, std })
    fill({ data })
    const expected = new Float32Array(width * height * 3)
    for (let pixel = 0; pixel < width * height; pixel++) for (let c = 0; c < 3; c++) {
      const to = layout === 'NHWC' ? pixel * 3 + c : c * width * height + pixel
      expected[to] = (at(pixel, order === 'RGB' ? c : 2 - c) / 255 - (mean[c] ?? 0)) / (std[c] ?? 1)
    }
    expect(tensor.data).toEqual(expected)
    expect(tensor.dims).toEqual(layout === 'NHWC' ? [1, height, width, 3] : [1, 3, height, width])
  })

  it('are read anew from memory that is filled again, and from anywhere in it', () => {
    const { tensor, fill } = createPixelTensor({ width, height, layout: 'NHWC', order: 'RGB', scale: 1 })
    const memory = new Uint8Array(new SharedArrayBuffer(64))
    for (const offset of [8, 5]) {
      const view = memory.subarray(offset, offset + data.length)
      for (const add of [0, 3]) {
        view.set(data.map((byte) => byte + add))
        fill({ data: view })
        expect(tensor.data).toEqual(Float32Array.from({ length: width * height * 3 }, (_, i) => (at(Math.floor(i / 3), i % 3) + add) % 256))
      }
    }
  })

  it('become bytes from any number, with what they weigh', () => {
    const to = new Uint8Array(10)
    const values = Float32Array.of(9, Number.NaN, -0.5, 0, 1e-9, 0.25, 0.499, 0.502, 1, 7e30, Infinity, -Infinity)
    expect(bytesFrom(values, to, 1)).toEqual({ sum: 128 + 255 * 3, count: 4 })
    expect([...to]).toEqual([0, 0, 0, 0, 64, 127, 128, 255, 255, 255])
  })
})
