import { onnxFile, type OnnxConstant, type OnnxNode, type OnnxType, type OnnxValue } from './onnx.js'

/**
 * Graphs with exactly the tensors of the trackers' published exports. They tell subjects apart by colour alone, but by the same ways as
 * the models: a seed's colour goes into memory, memory into attention, attention into the mask, and the mask into memory again.
 */
type Attributes = OnnxNode['attributes']

const createOps = () => {
  const nodes: OnnxNode[] = []
  const constants: OnnxConstant[] = []
  let count = 0
  const op = (name: string, inputs: readonly string[], attributes: Attributes = {}, output = `t${count++}`): string => {
    nodes.push({ op: name, inputs, outputs: [output], attributes })
    return output
  }
  const constant = (values: readonly number[], shape: readonly number[] = [values.length], type: OnnxType = 'float32'): string => {
    const name = `c${count++}`
    constants.push({ name, values, shape, type })
    return name
  }
  const ints = (...values: readonly number[]) => constant(values, [values.length], 'int64')
  const reals = (...values: readonly number[]) => constant(values)
  return {
    nodes, constants, op, ints, reals, constant,
    /** A tensor of one value. */
    full: (value: number, ...shape: readonly number[]) => op('Expand', [constant([value], [1]), ints(...shape)]),
    reshape: (x: string, ...shape: readonly number[]) => op('Reshape', [x, ints(...shape)]),
    slice: (x: string, from: number, to: number, axis: number) => op('Slice', [x, ints(from), ints(to), ints(axis)]),
    sum: (x: string, ...axes: readonly number[]) => op('ReduceSum', [x, ints(...axes)], { keepdims: 1 }),
    concat: (axis: number, ...parts: readonly string[]) => op('Concat', parts, { axis }),
    out: (x: string, name: string) => op('Identity', [x], {}, name),
    file: (inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]) => onnxFile({ inputs, outputs, nodes, constants }),
  }
}
type Ops = ReturnType<typeof createOps>
const tensor = (name: string, ...shape: readonly (number | string)[]): OnnxValue => ({ name, shape })

/* SAM 2.1 and EdgeTAM */

export type Family = 'sam2.1' | 'edgetam'
const TOKENS: Readonly<Record<Family, number>> = { 'sam2.1': 4096, edgetam: 512 }

/** `times[i]` of all 64 channels: 100, 200 ... 700. */
export const TIMES = Array.from({ length: 7 }, (_, i) => 100 * (i + 1))
/** Position of a token: its number over 1024, in all channels: exact in floats beside the times. */
export const placeOf = (token: number): number => token / 1024

const VISION = [1, 256, 64, 64] as const

const encoder = (): Buffer => {
  const ops = createOps()
  const pool = (side: number, channels: number, name?: string) => {
    const pooled = ops.op('AveragePool', ['input'], { kernel_shape: [side, side], strides: [side, side] })
    const all = ops.concat(1, pooled, ops.full(0, 1, channels - 3, 1024 / side, 1024 / side))
    return name === undefined ? all : ops.out(all, name)
  }
  const vision = pool(16, 256, 'image_embeddings')
  pool(4, 32, 'high_res_features1')
  pool(8, 64, 'high_res_features2')
  // Channel 255 says that nothing was recalled.
  ops.op('Add', [vision, ops.concat(1, ops.full(0, 1, 255, 1, 1), ops.full(1, 1, 1, 1, 1))], {}, 'current_vision_feat')
  ops.out(ops.full(0.5, 4096, 1, 256), 'vision_pos_embed')
  return ops.file([tensor('input', 1, 3, 1024, 1024)], [
    tensor('image_embeddings', ...VISION), tensor('high_res_features1', 1, 32, 256, 256), tensor('high_res_features2', 1, 64, 128, 128),
    tensor('current_vision_feat', ...VISION), tensor('vision_pos_embed', 4096, 1, 256),
  ])
}

/** Mean place of the points with a label, as [1, 2], and whether there are any, as [1, 1]. */
const meanPoint = (ops: Ops, labels: string, ...wanted: readonly number[]): readonly [string, string] => {
  const marks = wanted.map((label) => ops.op('Cast', [ops.op('Equal', [labels, ops.reals(label)])], { to: 1 }))
  const mark = marks.reduce((a, b) => ops.op('Add', [a, b]))
  const count = ops.sum(mark, 1)
  const total = ops.op('Squeeze', [ops.sum(ops.op('Mul', ['point_coords', ops.op('Unsqueeze', [mark, ops.ints(2)])]), 1), ops.ints(1)])
  return [ops.op('Div', [total, ops.op('Max', [count, ops.reals(1)])]), ops.op('Min', [count, ops.reals(1)])]
}

const decoder = (points: number | string): Buffer => {
  const ops = createOps()
  const colours = ops.reshape(ops.slice('high_res_feats_0', 0, 3, 1), 3, 65536)
  const [clicked, anyClick] = meanPoint(ops, 'point_labels', 1)
  const [boxed] = meanPoint(ops, 'point_labels', 2, 3)
  const mix = (a: string, b: string, share: string) => ops.op('Add', [ops.op('Mul', [a, share]), ops.op('Mul', [b, ops.op('Sub', [ops.reals(1), share])])])
  const cell = ops.op('Clip', [ops.op('Floor', [ops.op('Div', [mix(clicked, boxed, anyClick), ops.reals(4)])]), ops.constant([0], []), ops.constant([255], [])])
  const index = ops.op('Cast', [ops.sum(ops.op('Mul', [cell, ops.reals(1, 256)]), 1)], { to: 7 })
  const pointed = ops.op('GatherElements', [colours, ops.op('Expand', [index, ops.ints(3, 1)])], { axis: 1 })
  const recalled = ops.reshape(ops.op('Slice', ['image_embed', ops.ints(3, 0, 0), ops.ints(6, 1, 1), ops.ints(1, 2, 3)]), 3, 1)
  const recalls = ops.reshape(ops.op('Slice', ['image_embed', ops.ints(6, 0, 0), ops.ints(7, 1, 1), ops.ints(1, 2, 3)]), 1, 1)
  const colour = mix(recalled, pointed, recalls)
  const off = ops.op('Sub', [colours, colour])
  const distance = ops.sum(ops.op('Mul', [off, off]), 0)
  const logits = ops.op('Reshape', [ops.op('Mul', [ops.op('Sub', [ops.reals(0.5), distance]), ops.reals(20)]), ops.ints(1, 1, 256, 256)], {}, 'pred_mask')
  const large = ops.op('Resize', [logits, '', '', ops.ints(1, 1, 1024, 1024)], { mode: 'nearest' })
  ops.op('Sub', [ops.op('Mul', [ops.op('Sigmoid', [large]), ops.reals(20)]), ops.reals(10)], {}, 'mask_for_mem')
  ops.op('Concat', [ops.reshape(colour, 1, 3), ops.full(0, 1, 253)], { axis: 1 }, 'obj_ptr')
  return ops.file([
    tensor('point_coords', 1, points, 2), tensor('point_labels', 1, points), tensor('image_embed', ...VISION), tensor('high_res_feats_0', 1, 32, 256, 256), tensor('high_res_feats_1', 1, 64, 128, 128),
  ], [tensor('obj_ptr', 1, 256), tensor('mask_for_mem', 1, 1, 1024, 1024), tensor('pred_mask', 1, 1, 256, 256)])
}

const memoryEncoder = (family: Family): Buffer => {
  const ops = createOps()
  const share = ops.op('Div', [ops.op('Add', [ops.op('AveragePool', ['mask_for_mem'], { kernel_shape: [16, 16], strides: [16, 16] }), ops.reals(10)]), ops.reals(20)])
  // Only cells that are wholly of the subject, so that colours do not run into each other.
  const mask = ops.op('Cast', [ops.op('Greater', [share, ops.reals(0.99)])], { to: 1 })
  const masked = ops.concat(1, mask, ops.op('Mul', [ops.slice('pix_feat', 0, 3, 1), mask]))
  if (family === 'sam2.1') ops.op('Concat', [masked, ops.full(0, 1, 60, 64, 64)], { axis: 1 }, 'maskmem_features')
  else {
    const pooled = ops.reshape(ops.sum(masked, 2, 3), 1, 1, 4)
    ops.op('Expand', [ops.concat(2, pooled, ops.full(0, 1, 1, 60)), ops.ints(1, 512, 64)], {}, 'maskmem_features')
  }
  const tokens = TOKENS[family]
  const numbers = ops.op('Cast', [ops.op('Range', [ops.constant([0], [], 'int64'), ops.constant([tokens], [], 'int64'), ops.constant([1], [], 'int64')])], { to: 1 })
  ops.op('Expand', [ops.op('Div', [ops.reshape(numbers, tokens, 1, 1), ops.reals(1024)]), ops.ints(tokens, 1, 64)], {}, 'maskmem_pos_enc')
  ops.op('Expand', [ops.constant(TIMES, [7, 1, 1, 1]), ops.ints(7, 1, 1, 64)], {}, 'temporal_code')
  return ops.file([tensor('mask_for_mem', 1, 1, 1024, 1024), tensor('pix_feat', ...VISION)], [
    family === 'sam2.1' ? tensor('maskmem_features', 1, 64, 64, 64) : tensor('maskmem_features', 1, 512, 64), tensor('maskmem_pos_enc', tokens, 1, 64), tensor('temporal_code', 7, 1, 1, 64),
  ])
}

/** `ages`: the export that places pointers in time by itself. It refuses codes of another length than its tokens. */
const attention = (family: Family, ages: boolean): Buffer => {
  const ops = createOps()
  const flat = family === 'sam2.1' ? ops.op('Transpose', [ops.reshape('memory_1', 0, 64, 4096)], { perm: [0, 2, 1] }) : 'memory_1'
  const frames = ops.reshape(flat, -1, 1, 64)
  const pointers = ops.reshape('memory_0', -1, 1, 64)
  const placed = ops.op('Add', [ages ? frames : ops.concat(0, frames, pointers), 'memory_pos_embed'])
  const checks = [placed, ...(ages ? [ops.op('Add', [ops.slice('memory_0', 0, 1, 1), ops.reshape('obj_ptr_offsets', -1, 1)])] : [])].map((x) => ops.op('Mul', [ops.op('ReduceSum', [x], { keepdims: 0 }), ops.constant([0], [])]))
  const sums = ops.sum(frames, 0)
  const area = ops.op('Max', [ops.slice(sums, 0, 1, 2), ops.reals(1e-6)])
  const remembered = ops.reshape(ops.op('Div', [ops.slice(sums, 1, 4, 2), area]), 1, 3, 1, 1)
  const pointed = ops.reshape(ops.op('ReduceMean', [ops.slice('memory_0', 0, 3, 1)], { axes: [0], keepdims: 1 }), 1, 3, 1, 1)
  const colour = checks.reduce((x, zero) => ops.op('Add', [x, zero]), ops.op('Mul', [ops.op('Add', [remembered, pointed]), ops.reals(0.5)]))
  ops.op('Concat', [ops.slice('current_vision_feat', 0, 3, 1), ops.op('Expand', [colour, ops.ints(1, 3, 64, 64)]), ops.full(1, 1, 1, 64, 64), ops.full(0, 1, 249, 64, 64)], { axis: 1 }, 'fused_feat')
  return ops.file([
    tensor('current_vision_feat', ...VISION), tensor('current_vision_pos_embed', 4096, 1, 256), tensor('memory_0', 'pointers', 256), ...(ages ? [tensor('obj_ptr_offsets', 'pointers')] : []),
    family === 'sam2.1' ? tensor('memory_1', 'frames', 64, 64, 64) : tensor('memory_1', 'frames', 512, 64), tensor('memory_pos_embed', 'tokens', 1, 64),
  ], [tensor('fused_feat', ...VISION)])
}

export interface Sam2TrackKind {
  readonly family: Family
  /** Default free. */
  readonly points?: number
  readonly ages?: boolean
}
export const sam2TrackFiles = ({ family, points, ages = false }: Sam2TrackKind) =>
  ({ encoder: encoder(), decoder: decoder(points ?? 'points'), attention: attention(family, ages), memory: memoryEncoder(family) }) as const

/* DeAOT */

export interface DeaotKind {
  /** Multiples of 16 and 1. */
  readonly width: number
  readonly height: number
  readonly layers: number
  /** Default unsaid. */
  readonly gap?: number
}
const IDS = 11
const WIDTHS = { k: 128, v: 512, idv: 512 } as const

/** Colour of each identity in a frame, as memory: idv begins with 11 times red, green, blue, is there; k and v with the picture's mean. */
const remember = (ops: Ops, { width, height, layers }: DeaotKind, labels: string, names: Readonly<Record<keyof typeof WIDTHS, string>>) => {
  const [pixels, tokens] = [width * height, (width - 1) / 16 + 1]
  const rows = (height - 1) / 16 + 1
  const flat = ops.reshape(labels, IDS, pixels)
  const count = ops.sum(flat, 1)
  const sums = ops.op('MatMul', [flat, ops.op('Transpose', [ops.reshape('image', 3, pixels)], { perm: [1, 0] })])
  const there = ops.op('Cast', [ops.op('Greater', [count, ops.reals(0.5)])], { to: 1 })
  const packed = ops.reshape(ops.concat(1, ops.op('Div', [sums, ops.op('Max', [count, ops.reals(1)])]), there), 1, 1, IDS * 4)
  const mean = ops.op('ReduceMean', ['image'], { axes: [1, 2, 3], keepdims: 0 })
  const spread = (first: string, used: number, part: keyof typeof WIDTHS) =>
    ops.op('Expand', [ops.concat(2, first, ops.full(0, 1, 1, WIDTHS[part] - used)), ops.ints(layers, tokens * rows, WIDTHS[part])], {}, names[part])
  spread(packed, IDS * 4, 'idv')
  spread(ops.reshape(mean, 1, 1, 1), 1, 'k')
  spread(ops.reshape(mean, 1, 1, 1), 1, 'v')
}

export const deaotFiles = (kind: DeaotKind) => {
  const { width, height, layers } = kind
  const [pixels, tokens] = [width * height, ((width - 1) / 16 + 1) * ((height - 1) / 16 + 1)]
  const image = tensor('image', 1, 3, height, width)
  const parts = (name: (part: string) => string, count: number | string) => Object.entries(WIDTHS).map(([part, size]) => tensor(name(part), layers, count, size))
  const first = createOps()
  remember(first, kind, 'mask_onehot', { k: 'mem_k', v: 'mem_v', idv: 'mem_idv' })
  const gap = kind.gap === undefined ? [] : [tensor('long_term_gap', 1)]
  if (kind.gap !== undefined) first.out(first.reals(kind.gap), 'long_term_gap')
  const ops = createOps()
  const known = (memory: string) => ops.slice(ops.reshape(ops.sum(memory, 0, 1), 1, WIDTHS.idv), 0, IDS * 4, 1)
  const all = ops.reshape(ops.op('Add', [known('lt_idv'), known('st_idv')]), IDS, 4)
  const seen = ops.slice(all, 3, 4, 1)
  const colour = ops.reshape(ops.op('Div', [ops.slice(all, 0, 3, 1), ops.op('Max', [seen, ops.reals(1e-6)])]), IDS, 3, 1)
  const off = ops.op('Sub', [ops.reshape('image', 1, 3, pixels), colour])
  const near = ops.op('Mul', [ops.op('Sub', [ops.reals(0.2), ops.reshape(ops.sum(ops.op('Mul', [off, off]), 1), IDS, pixels)]), ops.reals(40)])
  // The background is whatever is no subject; an identity that is not in use, or that memory does not know, is nowhere.
  const scores = ops.concat(0, ops.full(0, 1, pixels), ops.slice(near, 1, IDS, 0))
  const is = ops.op('Mul', [ops.reshape('obj_mask', IDS, 1), ops.op('Cast', [ops.op('Greater', [seen, ops.reals(0)])], { to: 1 })])
  const isThere = ops.concat(0, ops.full(1, 1, 1), ops.slice(is, 1, IDS, 0))
  const logits = ops.op('Add', [scores, ops.op('Mul', [ops.op('Sub', [isThere, ops.reals(1)]), ops.reals(1e10)])])
  const chances = ops.op('Reshape', [ops.op('Softmax', [logits], { axis: 0 }), ops.ints(1, IDS, height, width)], {}, 'prob')
  const best = ops.op('ArgMax', [chances], { axis: 1, keepdims: 0 })
  remember(ops, kind, ops.op('OneHot', [best, ops.constant([IDS], [], 'int64'), ops.reals(0, 1)], { axis: 1 }), { k: 'st_k_out', v: 'st_v_out', idv: 'st_idv_out' })
  return {
    init: first.file([image, tensor('mask_onehot', 1, IDS, height, width)], [...parts((part) => `mem_${part}`, tokens), ...gap]),
    step: ops.file([image, ...parts((part) => `lt_${part}`, 'remembered'), ...parts((part) => `st_${part}`, tokens), tensor('obj_mask', 1, IDS, 1, 1)], [
      tensor('prob', 1, IDS, height, width), ...parts((part) => `st_${part}_out`, tokens),
    ]),
  } as const
}
