import type { CloneList } from '../engine/effect.js'
import { createCrop, type Boxes } from './boxes.js'
import type { History } from './history.js'

/** Numbers of one instance, as the vertex shader takes them: place, look, crop, pivot (see clone-source.ts). */
export const INSTANCE = [4, 4, 4, 3] as const
export const INSTANCE_LENGTH = 15

/** The list an effect fills, as the instances that are drawn. */
export interface Instances extends CloneList {
  readonly data: Float32Array
  readonly count: number
  /** Empties the list. What is added from then on is not older than the captures after the first `forgotten`. */
  begin(forgotten: number): void
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
}

export const createInstances = ({ most, aspect, boxes, history, spans }: InstancesOptions): Instances => {
  const data = new Float32Array((most + 1) * INSTANCE_LENGTH)
  const live = createCrop()
  const past = createCrop()
  const found = { layer: 0, age: 0 }
  let forgottenNow = 0
  let count = 0
  const put = (x: number, y: number, scaleX: number, scaleY: number, angle: number, layer: number, opacity: number, extra: number, { centre, edges } = live, plain = 0) => {
    let at = count * INSTANCE_LENGTH
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
    data[at + 6] = plain
    count += 1
  }
  return {
    data,
    get count() { return count },
    begin(forgotten) {
      count = 0
      forgottenNow = forgotten
      if (spans) boxes.span(live)
      else boxes.at(0, live)
    },
    add(x, y, scaleX, scaleY, angle, secondsAgo, opacity, extra) {
      // One sum is not a number, or infinite, as soon as any of them is.
      if (count >= most || !Number.isFinite(x + y + scaleX + scaleY + angle + secondsAgo + opacity + extra)) return
      if (!(opacity > 0) || scaleX === 0 || scaleY === 0) return
      const solid = Math.min(1, opacity)
      if (!history || !(secondsAgo > 0)) {
        put(x, y, scaleX, scaleY, angle, -1, solid, extra)
        return
      }
      history.find(secondsAgo, forgottenNow, found)
      boxes.at(found.age, past)
      put(x, y, scaleX, scaleY, angle, found.layer, solid, extra, past)
    },
    addFront() {
      const [x = 0.5, y = 0.5] = live.centre
      put(x * aspect, y, 1, 1, 0, -1, 1, 0, live, 1)
    },
  }
}
