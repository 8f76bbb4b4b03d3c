import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { onnxFile } from './onnx.js'

it('writes models that ONNX Runtime runs', async () => {
  const file = onnxFile({
    inputs: [{ name: 'x', shape: ['n', 2] }],
    outputs: [{ name: 'y', shape: ['n', 2] }, { name: 'top', shape: ['n', 1], type: 'int64' }],
    constants: [{ name: 'k', shape: [2], values: [10, -0.5] }],
    nodes: [
      { op: 'Mul', inputs: ['x', 'k'], outputs: ['kx'] },
      { op: 'LeakyRelu', inputs: ['kx'], outputs: ['y'], attributes: { alpha: 0.5 } },
      { op: 'ArgMax', inputs: ['y'], outputs: ['top'], attributes: { axis: 1, keepdims: 1 } },
    ],
  })
  const session = await InferenceSession.create(file)
  const { y, top } = await session.run({ x: new Tensor('float32', [1, 2, -3, -4], [2, 2]) })
  expect([...(y?.data as Float32Array)]).toEqual([10, -0.5, -15, 2])
  expect([...(top?.data as BigInt64Array)]).toEqual([0n, 1n])
  await session.release()
})
