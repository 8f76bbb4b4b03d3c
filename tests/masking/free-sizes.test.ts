import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Tensor } from 'onnxruntime-node'
import { afterAll, describe, expect, it } from 'vitest'
import { freeSizes } from '../../src/masking/free-sizes.js'
import { openGraph } from '../../src/masking/graph.js'
import { piece, withPieces } from '../../src/masking/protobuf.js'
import { nanotrack } from '../../src/masking/segmenters/nanotrack.js'
import type { GraphContract } from '../../src/masking/types.js'
import { onnxFile } from '../support/onnx.js'
import { describeWithTestdata } from '../support/testdata.js'

const dir = mkdtempSync(join(tmpdir(), 'doppel-free-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const fileOf = (name: string, bytes: Uint8Array) => {
  const path = join(dir, name)
  writeFileSync(path, bytes)
  return path
}

const contract: GraphContract = {
  free: true,
  inputs: { image: { names: ['input'], shape: [1, 3, 'h', 'w'] } },
  outputs: { features: { names: ['output'], shape: [1, 3, 'fh', 'fw'] } },
}
/** Half as large, times ten; as published at 8x8. */
const fixed = (channels = 3) => onnxFile({
  inputs: [{ name: 'input', shape: [1, channels, 8, 8] }, { name: 'ten', shape: [1] }],
  outputs: [{ name: 'output', shape: [1, channels, 4, 4] }],
  constants: [{ name: 'ten', shape: [1], values: [10] }],
  nodes: [
    { op: 'AveragePool', inputs: ['input'], outputs: ['half'], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { op: 'Mul', inputs: ['half', 'ten'], outputs: ['output'] },
  ],
})
const open = (path: string, of = contract) => openGraph(path, of, { provider: 'cpu', threads: 1 })

describe('a model of one size', () => {
  it('runs at every size once its sizes are free', async () => {
    const graph = await open(fileOf('fixed.onnx', fixed()))
    expect(graph.shapeOf('image')).toEqual([1, 3, 'h', 'w'])
    for (const [height, width] of [[8, 8], [2, 6]] as const) {
      const { features } = await graph.run({ image: new Tensor('float32', new Float32Array(3 * height * width).fill(2), [1, 3, height, width]) })
      expect(features?.dims).toEqual([1, 3, height / 2, width / 2])
      expect(new Set(features?.data as Float32Array)).toEqual(new Set([20]))
    }
    await graph.close()
  })

  it('keeps its sizes where nothing asks for others', async () => {
    const { free, ...rest } = contract
    expect(free).toBe(true)
    const graph = await open(fileOf('kept.onnx', fixed()), rest)
    expect(graph.shapeOf('image')).toEqual([1, 3, 8, 8])
    await graph.close()
  })

  it('is held to the sizes that are not to be free', async () => {
    await expect(open(fileOf('four.onnx', fixed(4)))).rejects.toThrow('its input "input" is [1, 4, h, w], and should be [1, 3, h, w]')
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', Buffer.from('hello, this is no model')],
    ['ones', new Uint8Array(64).fill(255)],
    ['a length of 2^63', Uint8Array.from([0x3a, ...Array<number>(9).fill(0x80), 1])],
    ['half', fixed().subarray(0, 100)],
    ['all but its last byte', fixed().subarray(0, -1)],
  ])('is refused in a sentence when there is %s', async (_, bytes) => {
    await expect(open(fileOf('bad.onnx', bytes))).rejects.toThrow(/^bad\.onnx is no model that can be run: \S.*/)
  })

  it('is told where it is cut off, wherever that is', () => {
    const whole = fixed()
    for (let length = 1; length < whole.length; length++) {
      try {
        freeSizes(whole.subarray(0, length), contract)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(RangeError)
      }
    }
  })
})

describe('a message', () => {
  it('with nothing changed is the same', () => {
    const whole = fixed()
    expect(Buffer.from(withPieces(whole, (_, body) => body)).equals(whole)).toBe(true)
    expect(Buffer.from(withPieces(whole, (_, body) => Uint8Array.from(body))).equals(whole)).toBe(true)
  })

  it('may have pieces that are longer than one byte can tell', () => {
    const long = piece(100, new Uint8Array(70_000).fill(7))
    const seen: [number, number][] = []
    withPieces(long, (field, body) => { seen.push([field, body.length]); return body })
    expect(seen).toEqual([[100, 70_000]])
  })
})

describeWithTestdata('the backbone of nanotrack', (path) => {
  const derived = () => path('models', 'nanotrackv2_nanotrack_backbone_sim_dyn.onnx')
  const backbone = nanotrack.graphs['backbone']
  /** With 255x255 in and 16x16 out again, as it is published. */
  const published = () => {
    // Where a dimension has a name (field 2) it gets a number (field 1) of two bytes.
    const side = (size: number) => (dim: Uint8Array) => (dim[0] === 0x12 ? Uint8Array.from([0x08, (size % 128) | 128, size >> 7]) : dim)
    const within = (levels: readonly number[], change: (body: Uint8Array) => Uint8Array) => (body: Uint8Array): Uint8Array => {
      const [level, ...rest] = levels
      return withPieces(body, (field, part) => (field !== level ? part : rest.length === 0 ? change(part) : within(rest, change)(part)))
    }
    const sized = (field: number, size: number) => within([7, field, 2, 1, 2, 1], side(size))
    return sized(12, 16)(sized(11, 255)(readFileSync(derived())))
  }

  it('gives the same features for both crops, published or with sizes made free by hand', async () => {
    if (!backbone) throw new Error('no backbone')
    const { free: _, ...asItIs } = backbone
    const one = await openGraph(fileOf('published.onnx', published()), asItIs, { provider: 'cpu', threads: 1 })
    expect(one.shapeOf('image')).toEqual([1, 3, 255, 255])
    await one.close()
    const graphs = [await open(fileOf('published.onnx', published()), backbone), await open(derived(), asItIs)]
    for (const [side, cells] of [[127, 8], [255, 16]] as const) {
      const image = new Tensor('float32', Float32Array.from({ length: 3 * side * side }, (_, i) => (i * 7919) % 256), [1, 3, side, side])
      const [a, b] = [await graphs[0]?.run({ image }), await graphs[1]?.run({ image })]
      expect(a?.['features']?.dims).toEqual([1, 48, cells, cells])
      expect(a?.['features']?.data).toEqual(b?.['features']?.data)
    }
    for (const graph of graphs) await graph.close()
  })
})
