import type { CloneList, ClonePlay } from '../engine/effect.js'
import { createCrop, type Boxes, type Crop } from './boxes.js'
import type { History } from './history.js'
import { LIVE, putWhole, STRIP_LENGTH, type Outlines } from './outlines.js'

/** Numbers of one instance, as the vertex shader takes them: place, look, crop, pivot, and the strip that is drawn (see clone-source.ts). */
export const INSTANCE = [4, 4, 4, 2, 4, 4, 4, 4] as const
const PLACED_LENGTH = 14
export const INSTANCE_LENGTH = PLACED_LENGTH + STRIP_LENGTH

/** What a copy shows: the live cut-out just as it is, the live one, or one of the past. */
export const KINDS = ['front', 'live', 'past'] as const
export type Kind = (typeof KINDS)[number]

/** The list an effect fills, as the instances that are drawn. */
export interface Instances extends CloneList {
  readonly data: Float32Array
  readonly count: number
  /** What copy `i` shows. */
  kindOf(i: number): Kind
  /** Empties the list. What is added from then on is not older than the captures after the first `forgotten`. */
  begin(forgotten: number): void
  readonly cropAt: ClonePlay['cropAt']
  /** Adds the live cut-out as it is, where it is; there is room for it beside `most` others. */
  addFront(): void
}

export interface InstancesOptions {
  readonly most: number
  readonly aspect: number
  readonly boxes: Boxes
  /** Where cut-outs of the past come from; without it there is only the live one. */
  readonly history: History | undefined
  /** The shader looks anywhere in the last beats: room for all of them. */
  readonly spans: boolean
  readonly outlines: Outlines
  /** The shader draws nothing where the cut-out has nothing. */
  readonly within: boolean
}

export const createInstances = ({ most, aspect, boxes, history, spans, outlines, within }: InstancesOptions): Instances => {
  const data = new Float32Array((most + 1) * INSTANCE_LENGTH)
  const kinds = new Uint8Array(most + 1)
  const live = createCrop()
  const front = createCrop()
  const past = createCrop()
  const piece = createCrop()
  const found = { layer: 0, age: 0 }
  let forgottenNow = 0
  let count = 0
  const put = (x: number, y: number, scaleX: number, scaleY: number, angle: number, layer: number, opacity: number, extra: number, { centre, edges }: Crop, kind: Kind = layer === LIVE ? 'live' : 'past') => {
    let at = count * INSTANCE_LENGTH
    if (!within && kind !== 'front') putWhole(data, at + PLACED_LENGTH)
    else if (!outlines.strip(layer, edges, data, at + PLACED_LENGTH)) return
    data[at++] = x
    data[at++] = y
    data[at++] = scaleX
    data[at++] = scaleY
    data[at++] = angle
    data[at++] = layer
    data[at++] = opacity
    data[at++] = extra
    data.set(edges, at)
    data.set(centre, at + 4)
    kinds[count] = KINDS.indexOf(kind)
    count += 1
  }
  /** One sum is not a number, or infinite, as soon as any of its numbers is. */
  const seen = (sum: number, scaleX: number, scaleY: number, opacity: number) => count < most && Number.isFinite(sum) && opacity > 0 && scaleX !== 0 && scaleY !== 0
  /** The layer of the picture that `look` found. */
  let layer = LIVE
  /** What `past` was looked up for: the pieces of one cut-out come one after another. */
  let looked = Number.NaN
  const look = (secondsAgo: number): Crop => {
    if (!history || !(secondsAgo > 0)) {
      layer = LIVE
      looked = Number.NaN
      return live
    }
    if (secondsAgo !== looked) {
      history.find(secondsAgo, forgottenNow, found)
      boxes.at(found.age, past)
      looked = secondsAgo
      layer = found.layer
    }
    return past
  }
  return {
    data,
    get count() { return count },
    kindOf: (i) => KINDS[kinds[i] ?? 0] ?? 'live',
    begin(forgotten) {
      count = 0
      forgottenNow = forgotten
      looked = Number.NaN
      if (spans) boxes.span(live)
      else boxes.at(0, live)
    },
    add(x, y, scaleX, scaleY, angle, secondsAgo, opacity, extra) {
      if (!seen(x + y + scaleX + scaleY + angle + secondsAgo + extra, scaleX, scaleY, opacity)) return
      const crop = look(secondsAgo)
      put(x, y, scaleX, scaleY, angle, layer, Math.min(1, opacity), extra, crop)
    },
    addPiece(x, y, scaleX, scaleY, angle, secondsAgo, opacity, extra, left, bottom, right, top) {
      if (!seen(x + y + scaleX + scaleY + angle + secondsAgo + extra + left + bottom + right + top, scaleX, scaleY, opacity)) return
      const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = look(secondsAgo).edges
      piece.edges[0] = x0 + (x1 - x0) * left
      piece.edges[1] = y0 + (y1 - y0) * bottom
      piece.edges[2] = x0 + (x1 - x0) * right
      piece.edges[3] = y0 + (y1 - y0) * top
      piece.centre[0] = x0 + ((x1 - x0) * (left + right)) / 2
      piece.centre[1] = y0 + ((y1 - y0) * (bottom + top)) / 2
      put(x, y, scaleX, scaleY, angle, layer, Math.min(1, opacity), extra, piece)
    },
    cropAt(secondsAgo, out) {
      const { edges } = look(secondsAgo)
      for (let i = 0; i < 4; i++) out[i] = (edges[i] ?? 0) * (i % 2 === 0 ? aspect : 1)
    },
    addFront() {
      boxes.at(0, front)
      const [x = 0.5, y = 0.5] = front.centre
      put(x * aspect, y, 1, 1, 0, LIVE, 1, 0, front, 'front')
    },
  }
}
