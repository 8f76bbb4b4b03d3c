import { piece, withPieces } from './protobuf.js'
import type { GraphContract, TensorContract } from './types.js'

/** Field numbers of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3). */
const MODEL = { graph: 7 } as const
const GRAPH = { initializer: 5, input: 11, output: 12, valueInfo: 13 } as const
const VALUE = { name: 1, type: 2 } as const
const TENSOR_NAME = 8
const TYPE = { tensor: 1 } as const
const TENSOR_TYPE = { shape: 2 } as const
const SHAPE = { dim: 1 } as const
const DIM = { param: 2 } as const

const textIn = (message: Uint8Array, wanted: number): string => {
  let found = ''
  withPieces(message, (field, body) => {
    if (field === wanted) found = Buffer.from(body).toString('utf8')
    return body
  })
  return found
}

/** A tensor's declaration with the sizes free that are words in `shape`. */
const freed = (declaration: Uint8Array, shape: TensorContract['shape']): Uint8Array => {
  let axis = -1
  const size = (body: Uint8Array) => {
    axis += 1
    const wanted = shape[axis]
    return typeof wanted === 'string' ? piece(DIM.param, Buffer.from(wanted)) : body
  }
  const shapes = (body: Uint8Array) => withPieces(body, (field, dim) => (field === SHAPE.dim ? size(dim) : dim))
  const tensor = (body: Uint8Array) => withPieces(body, (field, part) => (field === TENSOR_TYPE.shape ? shapes(part) : part))
  const type = (body: Uint8Array) => withPieces(body, (field, part) => (field === TYPE.tensor ? tensor(part) : part))
  return withPieces(declaration, (field, body) => (field === VALUE.type ? type(body) : body))
}

/**
 * An ONNX model whose inputs and outputs have free sizes where the contract has words, whatever sizes it was exported at; for models whose
 * nodes compute at any size. What the file says of the sizes in between is left out, and so are weights in the list of inputs: ONNX Runtime
 * takes those for something that may change, and computes slower. Throws a RangeError when the bytes are no model.
 */
export const freeSizes = (model: Uint8Array, contract: GraphContract): Uint8Array => {
  const weights = new Set<string>()
  const shapeOf = (tensors: Readonly<Record<string, TensorContract>>, name: string) => {
    const all = Object.values(tensors)
    return (all.find(({ names }) => names.includes(name)) ?? (all.length === 1 ? all[0] : undefined))?.shape ?? []
  }
  const graph = (body: Uint8Array) => {
    withPieces(body, (field, part) => {
      if (field === GRAPH.initializer) weights.add(textIn(part, TENSOR_NAME))
      return part
    })
    return withPieces(body, (field, part) => {
      if (field === GRAPH.valueInfo) return undefined
      if (field !== GRAPH.input && field !== GRAPH.output) return part
      const name = textIn(part, VALUE.name)
      if (field === GRAPH.input && weights.has(name)) return undefined
      return freed(part, shapeOf(field === GRAPH.input ? contract.inputs : contract.outputs, name))
    })
  }
  return withPieces(model, (field, body) => (field === MODEL.graph ? graph(body) : body))
}
