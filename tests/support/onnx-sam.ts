import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { onnxFile, type OnnxAttribute, type OnnxConstant, type OnnxModel, type OnnxNode, type OnnxValue } from './onnx.js'

/**
 * Promptable models in small: graphs with exactly the tensors of SAM, EfficientSAM and SAM 2. Their encoders carry the picture's
 * colours (0 to 1) on a grid of 64x64; their decoders mask what has a colour under a positive click, less a disc about each
 * negative one, within the box (without a click: what is colourful in the box). The model is sure of it while a positive click
 * is on something colourful, and not at all when it is on grey.
 */

const CELLS = 64
const SIDE = 1024
const CELL = SIDE / CELLS
/** How far from a negative click nothing is, and how much of the thing is its nearest part; pixels of the square. */
const NEGATIVE_REACH = 160
const PART_REACH = 48
/** What the decoder thinks of its masks: the whole as a clear prompt, a part, the whole, everything. */
export const SCORES = { clear: 0.85, part: 0.7, whole: 0.9, all: 0.6 } as const

type Attributes = Readonly<Record<string, OnnxAttribute>>

/** Writes nodes one after another: each call gives the name of its result. */
const writer = () => {
  const nodes: OnnxNode[] = []
  const constants: OnnxConstant[] = []
  const fresh = () => `t${nodes.length + constants.length}`
  const op = (kind: string, inputs: readonly string[], attributes: Attributes = {}, name = fresh()): string => {
    nodes.push({ op: kind, inputs, outputs: [name], attributes })
    return name
  }
  const value = (values: readonly number[], shape: readonly number[] = [values.length], type: 'float32' | 'int64' = 'float32'): string => {
    const name = fresh()
    constants.push({ name, shape, values, type })
    return name
  }
  const float = (input: string) => op('Cast', [input], { to: 1 })
  const reshape = (input: string, shape: readonly number[]) => op('Reshape', [input, value(shape, undefined, 'int64')])
  const slice = (input: string, from: number, to: number, axis: number) => op('Slice', [input, ...[from, to, axis].map((n) => value([n], undefined, 'int64'))])
  const channels = (input: string, before: number, all: number) => op('Pad', [input, value([0, 0, 0, 0, 0, all - before, 0, 0], undefined, 'int64')])
  const resize = (input: string, sizes: string) => op('Resize', [input, '', '', sizes], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' })
  return { nodes, constants, op, value, float, reshape, slice, channels, resize }
}
type Writer = ReturnType<typeof writer>

/** Colours 0 to 1 on the grid, as the first three of 256 channels. */
const embedding = (w: Writer, colours: string, name: string) => w.op('Identity', [w.channels(w.op('AveragePool', [colours], { kernel_shape: [CELL, CELL], strides: [CELL, CELL] }), 3, 256)], {}, name)

interface Asked {
  /** [1, 256, 64, 64]; [1, N, 2] in pixels of the square; [1, N]. */
  readonly embeddings: string
  readonly points: string
  readonly labels: string
  readonly negativeReach?: number
}

/** Logits [1, 4, 256, 256] and scores [1, 4] in the order of `SCORES`. */
const decode = (w: Writer, { embeddings, points, labels, negativeReach = NEGATIVE_REACH }: Asked): { readonly logits: string; readonly scores: string } => {
  const { op, value, float, reshape, slice, resize } = w
  const cells = CELLS * CELLS
  const picture = slice(embeddings, 0, 3, 1)
  const flat = reshape(picture, [3, 1, cells])
  const half = op('Add', [points, value([0.5])])
  const grid = op('Sub', [op('Div', [half, value([SIDE / 2])]), value([1])])
  const seen = reshape(op('GridSample', [picture, reshape(grid, [1, -1, 1, 2])], { mode: 'nearest', padding_mode: 'zeros', align_corners: 0 }), [3, -1, 1])
  const label = reshape(labels, [-1, 1])
  const has = (n: number) => float(op('Equal', [label, value([n])]))
  const [negative, positive, topLeft, bottomRight] = [has(0), has(1), has(2), has(3)]
  const most = (input: string) => op('ReduceMax', [input], { axes: [0], keepdims: 1 })
  const least = (input: string) => op('ReduceMin', [input], { axes: [0], keepdims: 1 })
  const not = (input: string) => op('Sub', [value([1]), input])
  const colourful = (colours: string) => {
    const range = op('Sub', [op('ReduceMax', [colours], { axes: [0], keepdims: 0 }), op('ReduceMin', [colours], { axes: [0], keepdims: 0 })])
    return float(op('Greater', [range, value([0.2])]))
  }
  const noClick = not(most(positive))
  const same = float(op('Less', [op('ReduceMax', [op('Abs', [op('Sub', [flat, seen])])], { axes: [0], keepdims: 0 }), value([0.15])]))
  const like = op('Max', [most(op('Mul', [same, positive])), op('Mul', [noClick, colourful(flat)])])

  const [x, y] = [slice(reshape(half, [-1, 2]), 0, 1, 1), slice(reshape(half, [-1, 2]), 1, 2, 1)]
  const middles = Array.from({ length: cells }, (_, i) => i)
  const columns = value(middles.map((i) => ((i % CELLS) + 0.5) * CELL), [1, cells])
  const rows = value(middles.map((i) => (Math.floor(i / CELLS) + 0.5) * CELL), [1, cells])
  const square = (input: string) => op('Mul', [input, input])
  const distance = op('Add', [square(op('Sub', [columns, x])), square(op('Sub', [rows, y]))])
  const near = (reach: number, which: string) => most(op('Mul', [float(op('Less', [distance, value([reach * reach])])), which]))
  const after = (places: string, at: string) => float(op('GreaterOrEqual', [places, most(op('Sub', [op('Mul', [at, topLeft]), op('Mul', [not(topLeft), value([1e4])])]))]))
  const before = (places: string, at: string) => float(op('LessOrEqual', [places, least(op('Add', [op('Mul', [at, bottomRight]), op('Mul', [not(bottomRight), value([1e4])])]))]))
  const inBox = [after(columns, x), after(rows, y), before(columns, x), before(rows, y)].reduce((a, b) => op('Mul', [a, b]))
  const whole = op('Mul', [op('Mul', [like, not(near(negativeReach, negative))]), inBox])
  const part = op('Mul', [whole, near(PART_REACH, positive)])
  const all = op('Add', [op('Mul', [whole, value([0])]), value([1])])
  const signs = op('Concat', [whole, part, whole, all], { axis: 0 })
  const logits = resize(reshape(op('Sub', [op('Mul', [signs, value([20])]), value([10])]), [1, 4, CELLS, CELLS]), value([1, 4, 256, 256], undefined, 'int64'))
  const sure = op('Max', [most(op('Mul', [reshape(colourful(seen), [-1, 1]), positive])), noClick])
  return { logits, scores: op('Mul', [value(Object.values(SCORES), [1, 4]), sure]) }
}

const dir = mkdtempSync(join(tmpdir(), 'doppel-sam-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let files = 0
/** Where a model was written to. */
export const written = (model: OnnxModel): string => {
  const path = join(dir, `${String(++files)}.onnx`)
  writeFileSync(path, onnxFile(model))
  return path
}

/** Replaces tensors of a model by others, to see it refused. */
export type Twist = (values: readonly OnnxValue[]) => readonly OnnxValue[]
const same: Twist = (values) => values

const MEAN = [123.675, 116.28, 103.53]
const STD = [58.395, 57.12, 57.375]
const EMBEDDINGS: OnnxValue = { name: 'image_embeddings', shape: [1, 256, 64, 64] }

/** Back from what a model is given to colours 0 to 1. */
const colours = (w: Writer, input: string, mean: readonly number[], std: readonly number[], scale: number) =>
  w.op('Mul', [w.op('Add', [w.op('Mul', [input, w.value(std, [1, 3, 1, 1])]), w.value(mean, [1, 3, 1, 1])]), w.value([scale])])

/** SAM's encoder: `square` for [1, 3, 1024, 1024], `plain` for [H, W, 3] that it normalises and pads by itself. */
export const samEncoder = (form: 'square' | 'plain', twist = same): OnnxModel => {
  const w = writer()
  if (form === 'square') embedding(w, colours(w, 'input_image', MEAN, STD, 1 / 255), 'image_embeddings')
  else {
    const planes = w.op('Unsqueeze', [w.op('Transpose', [w.op('Mul', ['input_image', w.value([1 / 255])])], { perm: [2, 0, 1] }), w.value([0], undefined, 'int64')])
    const missing = w.op('Sub', [w.value([1, 3, SIDE, SIDE], undefined, 'int64'), w.op('Shape', [planes])])
    embedding(w, w.op('Pad', [planes, w.op('Concat', [w.value([0, 0, 0, 0], undefined, 'int64'), missing], { axis: 0 })]), 'image_embeddings')
  }
  const image: OnnxValue = { name: 'input_image', shape: form === 'square' ? [1, 3, SIDE, SIDE] : ['image_height', 'image_width', 3] }
  return { inputs: twist([image]), outputs: twist([EMBEDDINGS]), nodes: w.nodes, constants: w.constants }
}

const POINTS: readonly OnnxValue[] = [{ name: 'point_coords', shape: [1, 'num_points', 2] }, { name: 'point_labels', shape: [1, 'num_points'] }]
const PRIOR: readonly OnnxValue[] = [{ name: 'mask_input', shape: [1, 1, 256, 256] }, { name: 'has_mask_input', shape: [1] }]

/** What was found before speaks for itself, a little. */
const withPrior = (w: Writer, logits: string) => w.op('Add', [logits, w.op('Mul', [w.op('Mul', ['mask_input', 'has_mask_input']), w.value([0.01])])])

/** SAM's decoder, with all of its masks. */
export const samDecoder = (twist = same): OnnxModel => {
  const w = writer()
  const { logits, scores } = decode(w, { embeddings: 'image_embeddings', points: 'point_coords', labels: 'point_labels' })
  w.op('Identity', [withPrior(w, logits)], {}, 'low_res_masks')
  w.op('Identity', [scores], {}, 'iou_predictions')
  w.op('Identity', [w.resize('low_res_masks', w.op('Concat', [w.value([1, 4], undefined, 'int64'), w.op('Cast', ['orig_im_size'], { to: 7 })], { axis: 0 }))], {}, 'masks')
  return {
    inputs: twist([EMBEDDINGS, ...POINTS, ...PRIOR, { name: 'orig_im_size', shape: [2] }]),
    outputs: twist([{ name: 'masks', shape: [1, 4, 'h', 'w'] }, { name: 'iou_predictions', shape: [1, 4] }, { name: 'low_res_masks', shape: [1, 4, 256, 256] }]),
    nodes: w.nodes, constants: w.constants,
  }
}

/** SAM 2's encoder in image mode. */
export const sam2Encoder = (twist = same): OnnxModel => {
  const w = writer()
  const picture = colours(w, 'image', [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], 1)
  embedding(w, picture, 'image_embed')
  const pooled = (by: number, all: number, name: string) => w.op('Identity', [w.channels(w.op('AveragePool', [picture], { kernel_shape: [by, by], strides: [by, by] }), 3, all)], {}, name)
  pooled(4, 32, 'high_res_feats_0')
  pooled(8, 64, 'high_res_feats_1')
  return {
    inputs: twist([{ name: 'image', shape: [1, 3, SIDE, SIDE] }]),
    outputs: twist([{ name: 'high_res_feats_0', shape: [1, 32, 256, 256] }, { name: 'high_res_feats_1', shape: [1, 64, 128, 128] }, { name: 'image_embed', shape: [1, 256, 64, 64] }]),
    nodes: w.nodes, constants: w.constants,
  }
}

/** SAM 2's decoder in image mode: three masks, clamped; `sized` for exports that want the picture's size as well. */
export const sam2Decoder = (sized = false, twist = same): OnnxModel => {
  const w = writer()
  const { logits, scores } = decode(w, { embeddings: 'image_embed', points: 'point_coords', labels: 'point_labels' })
  // The fine features are looked at, and change nothing.
  const nothing = w.op('Mul', [w.op('Add', [w.op('ReduceMean', ['high_res_feats_0'], { keepdims: 0 }), w.op('ReduceMean', ['high_res_feats_1'], { keepdims: 0 })]), w.value([0])])
  const clamped = w.op('Clip', [w.op('Add', [withPrior(w, w.slice(logits, 1, 4, 1)), nothing]), w.value([-32], []), w.value([32], [])])
  w.op('Identity', [sized ? w.resize(clamped, w.op('Concat', [w.value([1, 3], undefined, 'int64'), w.op('Cast', ['original_size'], { to: 7 })], { axis: 0 })) : clamped], {}, 'masks')
  w.op('Identity', [w.slice(scores, 1, 4, 1)], {}, 'iou_predictions')
  return {
    inputs: twist([
      { name: 'image_embed', shape: [1, 256, 64, 64] }, { name: 'high_res_feats_0', shape: [1, 32, 256, 256] }, { name: 'high_res_feats_1', shape: [1, 64, 128, 128] },
      { name: 'point_coords', shape: ['num_labels', 'num_points', 2] }, { name: 'point_labels', shape: ['num_labels', 'num_points'] },
      { name: 'mask_input', shape: ['num_labels', 1, 256, 256] }, { name: 'has_mask_input', shape: ['num_labels'] },
      ...(sized ? [{ name: 'original_size', shape: [2], type: 'int32' as const }] : []),
    ]),
    outputs: twist([{ name: 'masks', shape: ['num_labels', 3, sized ? 'h' : 256, sized ? 'w' : 256] }, { name: 'iou_predictions', shape: ['num_labels', 3] }]),
    nodes: w.nodes, constants: w.constants,
  }
}

/** EfficientSAM's encoder: any size, stretched to the square inside. */
export const efficientsamEncoder = (twist = same): OnnxModel => {
  const w = writer()
  embedding(w, w.resize('batched_images', w.value([1, 3, SIDE, SIDE], undefined, 'int64')), 'image_embeddings')
  return { inputs: twist([{ name: 'batched_images', shape: ['batch', 3, 'height', 'width'] }]), outputs: twist([{ ...EMBEDDINGS, shape: ['batch', 256, 64, 64] }]), nodes: w.nodes, constants: w.constants }
}

/** EfficientSAM's decoder: points of the original picture, and no more than six of them; masks of its size. `deaf` to negative clicks, as the real one is. */
export const efficientsamDecoder = (deaf = false, twist = same): OnnxModel => {
  const w = writer()
  const most = 6
  const size = w.op('Cast', ['orig_im_size'], { to: 1 })
  const scale = w.op('Div', [w.value([SIDE]), w.op('Gather', [size, w.value([1, 0], undefined, 'int64')])])
  const points = w.slice(w.op('Mul', [w.reshape('batched_point_coords', [1, -1, 2]), scale]), 0, most, 1)
  const { logits, scores } = decode(w, { embeddings: 'image_embeddings', points, labels: w.slice(w.reshape('batched_point_labels', [1, -1]), 0, most, 1), negativeReach: deaf ? 0 : NEGATIVE_REACH })
  const low = w.op('Identity', [w.slice(logits, 1, 4, 1)], {}, 'onnx::Shape_1824')
  const large = w.resize(low, w.op('Concat', [w.value([1, 3], undefined, 'int64'), w.op('Cast', ['orig_im_size'], { to: 7 })], { axis: 0 }))
  w.op('Unsqueeze', [large, w.value([0], undefined, 'int64')], {}, 'output_masks')
  w.op('Unsqueeze', [w.slice(scores, 1, 4, 1), w.value([0], undefined, 'int64')], {}, 'iou_predictions')
  return {
    inputs: twist([
      { ...EMBEDDINGS, shape: ['batch', 256, 64, 64] }, { name: 'batched_point_coords', shape: [1, 1, 'num_points', 2] },
      { name: 'batched_point_labels', shape: [1, 1, 'num_points'] }, { name: 'orig_im_size', shape: [2], type: 'int64' },
    ]),
    outputs: twist([{ name: 'output_masks', shape: [1, 1, 3, 'h', 'w'] }, { name: 'iou_predictions', shape: [1, 1, 3] }, { name: 'onnx::Shape_1824', shape: [1, 3, 256, 256] }]),
    nodes: w.nodes, constants: w.constants,
  }
}
