/**
 * Writes small ONNX models, so that tests can give segmenters graphs with exactly the tensors of a published model and arithmetic
 * that means something. Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
 */

const TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const
export type OnnxType = keyof typeof TYPES

export interface OnnxValue {
  readonly name: string
  readonly shape: readonly (number | string)[]
  readonly type?: OnnxType
}

/** Whole numbers become an int, others a float (1 is an int: write floats of whole value as `{ float: 1 }`). */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] }

export interface OnnxNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>
}

export interface OnnxConstant {
  readonly name: string
  readonly shape: readonly number[]
  readonly type?: OnnxType
  readonly values: readonly number[] | Float32Array
}

export interface OnnxModel {
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  readonly nodes: readonly OnnxNode[]
  readonly constants?: readonly OnnxConstant[]
  readonly opset?: number
}

const varint = (value: bigint): number[] => {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 128 : low)
  } while (rest > 0n)
  return bytes
}
const whole = (field: number, value: number | bigint): Buffer => Buffer.from([...varint(BigInt(field << 3)), ...varint(BigInt(value))])
const block = (field: number, body: Uint8Array): Buffer => Buffer.concat([Buffer.from([...varint(BigInt((field << 3) | 2)), ...varint(BigInt(body.length))]), body])
const text = (field: number, value: string): Buffer => block(field, Buffer.from(value, 'utf8'))
const real = (field: number, value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return Buffer.concat([Buffer.from(varint(BigInt((field << 3) | 5))), bytes])
}

const rawBytes = (type: OnnxType, values: readonly number[] | Float32Array): Buffer => {
  switch (type) {
    case 'float32': return Buffer.from(Float32Array.from(values).buffer)
    case 'int32': return Buffer.from(Int32Array.from(values).buffer)
    case 'int64': return Buffer.from(BigInt64Array.from(values, (v) => BigInt(v)).buffer)
    case 'uint8': case 'bool': return Buffer.from(Uint8Array.from(values))
    case 'float16': throw new RangeError('constants in half floats are not written here')
  }
}

const constant = ({ name, shape, type = 'float32', values }: OnnxConstant): Buffer =>
  Buffer.concat([...shape.map((size) => whole(1, size)), whole(2, TYPES[type]), text(8, name), block(9, rawBytes(type, values))])

const value = ({ name, shape, type = 'float32' }: OnnxValue): Buffer => {
  const dims = shape.map((size) => block(1, typeof size === 'number' ? whole(1, size) : text(2, size)))
  const tensor = Buffer.concat([whole(1, TYPES[type]), block(2, Buffer.concat(dims))])
  return Buffer.concat([text(1, name), block(2, block(1, tensor))])
}

const attribute = (name: string, given: OnnxAttribute): Buffer => {
  const parts = [text(1, name)]
  if (typeof given === 'string') parts.push(text(4, given), whole(20, 3))
  else if (typeof given === 'number') parts.push(...(Number.isInteger(given) ? [whole(3, given), whole(20, 2)] : [real(2, given), whole(20, 1)]))
  else if ('float' in given) parts.push(real(2, given.float), whole(20, 1))
  else if ('floats' in given) parts.push(...given.floats.map((v) => real(7, v)), whole(20, 6))
  else parts.push(...given.map((v) => whole(8, v)), whole(20, 7))
  return Buffer.concat(parts)
}

const node = ({ op, inputs, outputs, attributes = {} }: OnnxNode): Buffer =>
  Buffer.concat([
    ...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name)), text(4, op),
    ...Object.entries(attributes).map(([name, given]) => block(5, attribute(name, given))),
  ])

/** The bytes of an `.onnx` file. */
export const onnxFile = ({ inputs, outputs, nodes, constants = [], opset = 17 }: OnnxModel): Buffer => {
  const graph = Buffer.concat([
    ...nodes.map((each) => block(1, node(each))), text(2, 'test'), ...constants.map((each) => block(5, constant(each))),
    ...inputs.map((each) => block(11, value(each))), ...outputs.map((each) => block(12, value(each))),
  ])
  return Buffer.concat([whole(1, 8), text(2, 'doppel tests'), block(7, graph), block(8, Buffer.concat([text(1, ''), whole(2, opset)]))])
}
