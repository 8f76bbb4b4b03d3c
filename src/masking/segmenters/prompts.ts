import { Tensor } from 'onnxruntime-node'
import type { Seed, Size } from '../types.js'
import { boundsOf, boxOf, clicksOf, maskOf, middleOf, type Box, type Click } from './seeding.js'

/** What a promptable model is asked: which thing is meant, in parts of the picture. */
export interface Prompt {
  readonly clicks: readonly Click[]
  readonly box?: Box | undefined
  /** Low-resolution logits found before, for models that take them back. */
  readonly prior?: Float32Array | undefined
}

/** Labels of points, the same in all models of the family. */
const LABELS = { padding: -1, negative: 0, positive: 1, topLeft: 2, bottomRight: 3 } as const
export interface PromptPoint { readonly x: number; readonly y: number; readonly label: (typeof LABELS)[keyof typeof LABELS] }

/** What fills up places that have no point. */
export const PADDING: PromptPoint = { x: 0, y: 0, label: LABELS.padding }
/** More points than this say nothing new. */
const MOST_POINTS = 32

/** What a seed asks; a mask is asked for by its box and the point deepest inside. Undefined when nothing in it can be used. */
export const promptOf = (seed: Seed): Prompt | undefined => {
  const [clicks, box, mask] = [clicksOf(seed), boxOf(seed), maskOf(seed)]
  if (mask) return { clicks: [middleOf(mask), ...clicks], box: box ?? boundsOf(mask) }
  return clicks.length > 0 || box ? { clicks, box } : undefined
}

const isSameClick = (a: Click, b: Click) => a.x === b.x && a.y === b.y && a.positive === b.positive
const isSameMask = (a: Seed['mask'], b: Seed['mask']) => a === b || (a !== undefined && b !== undefined && a.width === b.width && Buffer.compare(a.data, b.data) === 0)

/** The clicks by which a seed refines the one before it: undefined when it is no refinement but means something of its own. */
export const addedClicks = (before: Seed, seed: Seed): readonly Click[] | undefined => {
  if (!isSameMask(before.mask, seed.mask) || before.box?.join() !== seed.box?.join()) return undefined
  if (!before.clicks.every((old) => seed.clicks.some((click) => isSameClick(old, click)))) return undefined
  const added = clicksOf(seed).filter((click) => !before.clicks.some((old) => isSameClick(old, click)))
  return added.length > 0 ? added : undefined
}

/** At most so many clicks: the first positive one, and the newest. */
const fewer = (clicks: readonly Click[], most: number): readonly Click[] => {
  if (clicks.length <= most) return clicks
  const first = clicks.findIndex(({ positive }) => positive)
  const kept = new Set(clicks.slice(clicks.length - most))
  const one = clicks[first]
  if (!one || kept.has(one)) return [...kept]
  return [one, ...clicks.slice(clicks.length - most + 1)]
}

/** The points of a prompt: clicks, then the corners of the box. A graph with a fixed number of `slots` gets just as many. */
export const pointsOf = ({ clicks, box }: Prompt, most = MOST_POINTS, slots?: number): PromptPoint[] => {
  const corners: PromptPoint[] = box ? [{ x: box[0], y: box[1], label: LABELS.topLeft }, { x: box[2], y: box[3], label: LABELS.bottomRight }] : []
  const room = Math.max(0, Math.min(most, slots ?? most) - corners.length)
  const points = [...fewer(clicks, room).map(({ x, y, positive }): PromptPoint => ({ x, y, label: positive ? LABELS.positive : LABELS.negative })), ...corners]
  while (slots !== undefined && points.length < slots) points.push(PADDING)
  return points
}

/** Points as [...lead, N, 2] and [...lead, N], scaled to a picture of `size`. */
export const pointTensors = (points: readonly PromptPoint[], { width, height }: Size, lead: readonly number[]) => ({
  points: new Tensor('float32', Float32Array.from(points.flatMap(({ x, y }) => [x * width, y * height])), [...lead, points.length, 2]),
  labels: new Tensor('float32', Float32Array.from(points, ({ label }) => label), [...lead, points.length]),
})
