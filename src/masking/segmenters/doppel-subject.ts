import { Tensor } from 'onnxruntime-node'
import type { Seed, View } from '../types.js'
import { createColourModel, halve } from './doppel-colour.js'
import { createDoppelMemory } from './doppel-memory.js'
import type { DoppelRig, Found, Seen } from './doppel-rig.js'
import { addedClicks } from './prompts.js'
import { boxOf, clicksOf, maskOf, middleOf, type Click } from './seeding.js'
import { shrinkMask } from './doppel-mask.js'

/** A subject is held while the network is at least so sure of it, and so many pixels are more it than not. */
const SURE = 0.12
const LEAST_PIXELS = 4
/** Of frames so sure, every so many-th is kept in memory, and colours are learned, so quickly. */
const GOOD = 0.5
const EVERY = 5
const LEARN = 0.05
/** Times it looks at a seeded picture itself, so that what it hands on from step to step says what is meant. */
const TWICE = 2
/** What is rather likely to belong to what was clicked is taken along: one click rarely says all, and the overlap expected is best so. */
const DOUBTFUL = 0.2
/**
 * One click says little of how far a thing reaches; what moves along says more. So many pictures after a click the subject is looked at again, so many
 * times at most, where it has moved by more than so much against the camera (in units of the `far` plane: about a pixel).
 */
const AGAIN = [1, 3, 9]
const LOOKS = 2
const MOVING = 0.25
/** By then what belongs to it is clearer. */
const CLEAR = 0.33

export interface DoppelSubject {
  /** Chances 0..1 on the picture it looked at last. */
  readonly mask: Float32Array
  /** 0 when it is lost. */
  readonly sure: number
  /** Seeds it anew from the next step on. */
  seed(seed: Seed): void
  step(seen: Seen, view: View): Promise<void>
  /** The mask was changed, for somebody else has part of it: what was remembered of it is to be so too. */
  settle(seen: Seen): Promise<void>
  /** Forgets everything but its seed. */
  cut(): void
  /** Forgets its seed too: the next one is of something else. */
  forget(): void
}

/** One subject: its memory, its colours, and where it was. */
export const createDoppelSubject = (rig: DoppelRig): DoppelSubject => {
  const { width, height } = rig.size
  const half = { width: width >> 1, height: height >> 1 }
  const memory = createDoppelMemory(rig.tokens)
  const [first, late] = [createColourModel(), createColourModel()]
  const mask = new Float32Array(width * height)
  const small = new Float32Array(half.width * half.height)
  const colours = new Float32Array(2 * small.length)
  const beforeMask = new Tensor('float32', mask, [1, 1, height, width])
  const colour = new Tensor('float32', colours, [1, 2, half.height, half.width])
  let pending: Seed | undefined
  let known: Seed | undefined
  let before: Seen | undefined
  let hidden = rig.nothing
  let sure = 0
  let held = 0
  /** The picture that was clicked, while it is to be looked at again: how many pictures have come since, which of {@link AGAIN} is next, and how many looks are left. */
  let clicked: { readonly picture: Tensor; readonly clicks: readonly Click[]; since: number; next: number; left: number } | undefined

  const hasAny = () => {
    let count = 0
    for (let i = 0; i < mask.length && count < LEAST_PIXELS; i++) if ((mask[i] as number) >= 0.5) count++
    return count === LEAST_PIXELS
  }
  /** What the newest picture taught. */
  const learn = (seen: Seen, value: Float32Array) => {
    memory.follow(seen.key.data as Float32Array, value)
    held += 1
    if (sure < GOOD) return
    halve(mask, rig.size, small)
    late.learn(seen.bins, small, LEARN)
    if (held % EVERY === 0) memory.keep()
  }
  const look = async (seen: Seen, beforeNear: Tensor) => {
    first.judge(seen.bins, colours.subarray(0, small.length))
    late.judge(seen.bins, colours.subarray(small.length))
    // Of frames in which it was lost nothing is remembered: then the seeds are asked, and what was kept since.
    const found = await rig.follow(seen, { ...memory.feeds(), beforeNear, beforeMask, hidden, colour })
    hidden = found.after
    return found
  }
  const follow = async (seen: Seen) => {
    const found = await look(seen, before?.near ?? seen.near)
    mask.set(found.mask)
    sure = found.sure >= SURE && hasAny() ? found.sure : 0
    if (sure > 0) return learn(seen, found.value)
    memory.cutNewest()
    mask.fill(0)
  }
  /** Takes what was found as what is meant, from a chance of `edge` on. However unsure, something was. */
  const accept = ({ mask: found, sure: how }: Found, edge: number) => {
    let most = 0
    for (const chance of found) most = Math.max(most, chance)
    const least = most > edge ? edge : most * 0.8
    for (let i = 0; i < mask.length; i++) {
      const chance = found[i] as number
      mask[i] = chance < least ? (0.5 * chance) / least : 0.5 + (0.5 * (chance - least)) / Math.max(1e-6, 1 - least)
    }
    sure = Math.max(how, SURE)
  }
  /** Begins with the mask there is; `anew` forgets what was seeded before. */
  const begin = async (seen: Seen, anew: boolean) => {
    const soft = Float32Array.from(mask)
    // Memory is of clear words: of each pixel, whether it is the subject.
    if (sure < 1) for (let i = 0; i < mask.length; i++) mask[i] = (mask[i] as number) >= 0.5 ? 1 : 0
    const value = await rig.remember(seen, beforeMask)
    const key = seen.key.data as Float32Array
    if (anew) memory.begin(key, value)
    else memory.reseed(key, value)
    halve(mask, rig.size, small)
    first.learn(seen.bins, small, anew ? 1 : 0.5)
    late.copy(first)
    hidden = rig.nothing
    for (let i = 0; i < TWICE; i++) await look(seen, seen.near)
    mask.set(soft)
    held = 0
  }
  const ask = async (seen: Seen, view: View, clicks: readonly Click[], box: ReturnType<typeof boxOf>, corrects: boolean) => {
    if (corrects) halve(mask, rig.size, small)
    accept(await rig.find(seen, view, { clicks, box, before: corrects ? small : undefined }), corrects || box ? 0.5 : DOUBTFUL)
  }
  /** How far the subject has moved, against the camera. */
  const farOf = (moved: Tensor) => {
    const planes = moved.data as Float32Array
    let [sum, count] = [0, 1e-6]
    for (let i = 0; i < small.length; i++) {
      if ((small[i] as number) < 0.5) continue
      sum += planes[2 * small.length + i] as number
      count += 1
    }
    return sum / count
  }
  /** Where it was clicked, if that is still it; else where it is deepest. */
  const spotsOf = (clicks: readonly Click[]): readonly Click[] => {
    const still = clicks.filter(({ x, y }) => (small[Math.floor(y * half.height) * half.width + Math.floor(x * half.width)] ?? 0) >= 0.5)
    return still.length > 0 ? still : [middleOf({ ...half, data: Uint8Array.from(small, (chance) => 255 * chance) })]
  }
  /** Takes along what moves as the mask so far does, and leaves what does not. */
  const regroup = async (seen: Seen, view: View) => {
    if (!clicked || ++clicked.since < (AGAIN[clicked.next] ?? 0) || sure === 0 || !rig.mayLookAgain()) return
    clicked.next += 1
    const moved = await rig.move(clicked.picture)
    halve(mask, rig.size, small)
    if (farOf(moved) >= MOVING) {
      accept(await rig.regroup(seen, view, { clicks: spotsOf(clicked.clicks), before: small }, moved), CLEAR)
      await begin(seen, true)
      clicked.left -= 1
    }
    // A picture is not held longer than it is needed.
    if (clicked.left === 0 || clicked.next === AGAIN.length) clicked = undefined
  }
  const take = async (seed: Seed, seen: Seen, view: View) => {
    clicked = undefined
    const added = known && sure > 0 ? addedClicks(known, seed) : undefined
    known = seed
    if (added) {
      // On the picture that was clicked before, all clicks are where they were; on a later one only the new ones.
      const isSame = before === seen
      if (!isSame) await follow(seen)
      await ask(seen, view, isSame ? clicksOf(seed) : added, undefined, sure > 0)
      return begin(seen, false)
    }
    const [clicks, box, drawn] = [clicksOf(seed), boxOf(seed), maskOf(seed)]
    if (drawn) shrinkMask(drawn, rig.size, mask)
    sure = 1
    if (!drawn || clicks.length > 0) await ask(seen, view, clicks, box, drawn !== undefined)
    await begin(seen, true)
    if (!drawn && !box && clicks.every(({ positive }) => positive)) clicked = { picture: rig.picture(), clicks, since: 0, next: 0, left: LOOKS }
  }
  const cut = () => {
    clicked = undefined
    memory.cut()
    mask.fill(0)
    late.copy(first)
    sure = 0
  }
  return {
    mask,
    get sure() { return sure },
    seed(seed) { pending = seed },
    async step(seen, view) {
      const seed = pending
      pending = undefined
      if (seed) await take(seed, seen, view)
      else if (before !== seen) {
        await follow(seen)
        await regroup(seen, view)
      }
      before = seen
    },
    async settle(seen) {
      if (sure > 0 && memory.hasNewest) memory.follow(seen.key.data as Float32Array, await rig.remember(seen, beforeMask))
    },
    cut,
    forget() {
      cut()
      hidden = rig.nothing
      known = pending = before = undefined
    },
  }
}
