import { Tensor } from 'onnxruntime-node'
import { createPixelTensor, floatsOf } from '../pixels.js'
import type { Size, View } from '../types.js'
import { createColourBins } from './doppel-colour.js'
import { createCues, type Asked } from './doppel-cues.js'
import { HIDDEN, KEY, STRIDE, VALUE, type DoppelGraphs } from './doppel-graphs.js'

/** A picture as the encoder sees it, with its colours. */
export interface Seen {
  readonly seq: number
  readonly f2: Tensor
  readonly f4: Tensor
  readonly f8: Tensor
  readonly key: Tensor
  readonly near: Tensor
  readonly bins: Uint16Array
}

/** Chances 0..1 of each pixel `[h * w]`, and how sure the network is of them, 0..1. Valid until it is run again. */
export interface Found { readonly mask: Float32Array; readonly sure: number }
export interface Followed extends Found { readonly after: Tensor; readonly value: Float32Array }

/** What is known of a subject when its next picture comes. */
export interface Known {
  readonly keys: Tensor
  readonly values: Tensor
  readonly beforeNear: Tensor
  readonly beforeMask: Tensor
  readonly hidden: Tensor
  /** `[1, 2, h/2, w/2]`: chances by the seed's colours, and by those of late. */
  readonly colour: Tensor
}

export interface DoppelRig {
  readonly size: Size
  readonly tokens: number
  /** What `follow` is handed where nothing came before. */
  readonly nothing: Tensor
  /** Looks at a picture; the one it looked at last is not encoded again. */
  look(view: View): Promise<Seen>
  follow(seen: Seen, known: Known): Promise<Followed>
  /** Value `[64 * tokens]` of a mask `[1, 1, h, w]` on a picture. */
  remember(seen: Seen, mask: Tensor): Promise<Float32Array>
  /** `view` is the picture that was seen. */
  find(seen: Seen, view: View, asked: Asked): Promise<Found>
  /** The same, where its motion is known: what moves together belongs together. */
  regroup(seen: Seen, view: View, asked: Asked, moved: Tensor): Promise<Found>
  /** Once for each picture: looks again take as long as clicks, and are not to come all at once where many things were clicked. */
  mayLookAgain(): boolean
  /** A copy of the picture it looked at last, to hold later ones against. */
  picture(): Tensor
  /** What moved otherwise than the camera from an earlier picture to the one it looked at last `[1, 4, h/2, w/2]`. */
  move(before: Tensor): Promise<Tensor>
  /** The next picture is another, whatever its number. */
  forget(): void
  /** One run of everything: takes memory, compiles kernels. */
  warm(): Promise<void>
  close(): Promise<void>
}

const need = (tensor: Tensor | undefined, what: string): Tensor => {
  if (!tensor) throw new RangeError(`the tracker's graphs gave no ${what}`)
  return tensor
}

/** The six graphs as functions of each other's results. */
export const createDoppelRig = (graphs: DoppelGraphs, size: Size): DoppelRig => {
  const { width, height } = size
  const image = createPixelTensor({ ...size, layout: 'NCHW', order: 'RGB', scale: 1 / 255 })
  const colours = createColourBins(size)
  const cues = createCues(size)
  const tokens = (width / STRIDE) * (height / STRIDE)
  const nothing = new Tensor('float32', new Float32Array((HIDDEN * width * height) / 16), [1, HIDDEN, height / 4, width / 4])
  let seen: Seen | undefined
  /** On which it was looked again. */
  let again: Seen | undefined
  const sureOf = (sure: Tensor | undefined) => floatsOf(sure, 'its confidence')[0] ?? 0

  const rig: DoppelRig = {
    size,
    tokens,
    nothing,
    async look(view) {
      if (seen?.seq === view.seq) return seen
      seen = undefined
      image.fill(view)
      colours.fill(view.data)
      const { f2, f4, f8, key, near } = await graphs.encode.run({ image: image.tensor })
      return (seen = { seq: view.seq, f2: need(f2, 'f2'), f4: need(f4, 'f4'), f8: need(f8, 'f8'), key: need(key, 'key'), near: need(near, 'near'), bins: colours.bins })
    },
    async follow({ f2, f4, f8, key, near }, known) {
      const { mask, sure, after, value } = await graphs.follow.run({ f2, f4, f8, key, near, ...known })
      return { mask: floatsOf(mask, 'the mask'), sure: sureOf(sure), after: need(after, 'after'), value: floatsOf(value, 'its memory') }
    },
    async remember({ f8 }, mask) { return floatsOf((await graphs.remember.run({ f8, mask })).value, 'its memory') },
    async find({ f2, f4, f8 }, view, asked) {
      cues.fill(view.data, asked)
      const { mask, sure } = await graphs.find.run({ f2, f4, f8, cues: cues.tensor })
      return { mask: floatsOf(mask, 'the mask'), sure: sureOf(sure) }
    },
    async regroup({ f2, f4, f8 }, view, asked, moved) {
      cues.fill(view.data, asked)
      const { mask, sure } = await graphs.regroup.run({ f2, f4, f8, cues: cues.tensor, moved })
      return { mask: floatsOf(mask, 'the mask'), sure: sureOf(sure) }
    },
    mayLookAgain() {
      const may = again !== seen
      again = seen
      return may
    },
    picture: () => new Tensor('float32', floatsOf(image.tensor, 'a picture').slice(), image.tensor.dims),
    async move(before) { return need((await graphs.move.run({ image: image.tensor, before })).moved, 'motion') },
    forget() { seen = undefined },
    async warm() {
      const view: View = { width, height, data: new Uint8Array(4 * width * height), seq: -1, capturedAt: 0, dt: 0 }
      const blank = await rig.look(view)
      const float = (...dims: readonly number[]) => new Tensor('float32', new Float32Array(dims.reduce((all, each) => all * each, 1)), dims)
      const mask = float(1, 1, height, width)
      await rig.remember(blank, mask)
      await rig.follow(blank, { keys: float(1, KEY, 2 * tokens), values: float(1, VALUE, 2 * tokens), beforeNear: blank.near, beforeMask: mask, hidden: nothing, colour: float(1, 2, height / 2, width / 2) })
      const { f2, f4, f8 } = blank
      await graphs.find.run({ f2, f4, f8, cues: cues.tensor })
      await graphs.regroup.run({ f2, f4, f8, cues: cues.tensor, moved: await rig.move(image.tensor) })
      rig.forget()
    },
    async close() { await Promise.all(Object.values(graphs).map((graph) => graph.close())) },
  }
  return rig
}
