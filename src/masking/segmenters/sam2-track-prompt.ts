import type { Tensor } from 'onnxruntime-node'
import type { Seed } from '../types.js'
import { PADDING, pointsOf, pointTensors, promptOf, type PromptPoint } from './prompts.js'
import { PICTURE_SIDE } from './sam2-track-graphs.js'

export interface PointTensors { readonly points: Tensor; readonly labels: Tensor }
/** How many points a decoder takes: a number where its export fixed it. */
export type Slots = number | string | undefined

const PICTURE = { width: PICTURE_SIDE, height: PICTURE_SIDE }
const fixed = (slots: Slots) => (typeof slots === 'number' && slots > 0 ? slots : undefined)
const tensorsOf = (points: readonly PromptPoint[]) => pointTensors(points, PICTURE, [1])

/** Nothing is pointed at: the decoder goes by memory alone. */
export const noPrompt = (slots: Slots): PointTensors => tensorsOf(Array.from({ length: fixed(slots) ?? 1 }, () => PADDING))

/** A seed as points, for this decoder takes no masks; undefined when there is nothing in it that can be used. */
export const promptOfSeed = (seed: Seed, slots: Slots): PointTensors | undefined => {
  const prompt = promptOf(seed)
  return prompt && tensorsOf(pointsOf(prompt, undefined, fixed(slots)))
}
