import type { Seed } from '../types.js'
import { agrees, carried, createPlaceFinder, grown, motionOf, moved, swept, within, type Motion, type Place } from './places.js'
import { LOW_PIXELS, writeGuess, type Guess, type PromptModel } from './prompt-model.js'
import { addedClicks, promptOf, type Prompt } from './prompts.js'
import { clicksOf, type Click } from './seeding.js'

/** A subject is lost when the model thinks less of its mask than this. */
const LOST_BELOW = 0.5
/** A lost one is believed in again, where it was lost, from here on. */
const FOUND_ABOVE = 0.7
/** From one picture to the next nothing grows or shrinks by more: then it is something else. */
const GROWTH = 4
/** Room about the last box, in which the subject may have moved on. */
const ROOM = 0.2
const STILL: Motion = [0, 0]
/** Clicks that go along with a subject. */
const MOST_RIDERS = 8

/** One subject of a model without memory: in every picture it is asked for anew, by what was found last. */
export interface PromptedSubject {
  /** Of the last picture it was looked for in; nothing while it is lost. */
  readonly mask: Uint8Array
  readonly confidence: number
  seed(seed: Seed | undefined): void
  /** Whether it has to be looked for in this picture (a number that goes up), or the mask it has stands. */
  wants(picture: number): boolean
  look(picture: number): Promise<void>
  /** Asks for it by its seed again. */
  reset(): void
}

interface Question {
  readonly prompt: Prompt | undefined
  /** Those of the prompt that come from a seed; undefined when it is only kept. */
  readonly clicks?: readonly Click[]
  /** It may be another thing than before. */
  readonly anew?: true
}

export const createPromptedSubject = (model: PromptModel): PromptedSubject => {
  const { output, takesPrior } = model
  const mask = new Uint8Array(output.width * output.height)
  const prior = takesPrior ? new Float32Array(LOW_PIXELS) : undefined
  const findPlace = createPlaceFinder(output)
  let seed: Seed | undefined
  /** The seed has not been asked for yet. */
  let pending = false
  /** What was asked for last by a seed, and in which picture. */
  let base: { readonly seed: Seed; readonly picture: number } | undefined
  let looked = -1
  let found: Place | undefined
  let motion = STILL
  /** Clicks of the seed, as parts of the subject's box. */
  let riders: readonly Click[] = []
  let confidence = 0
  /** Counts what makes a look that is under way worthless. */
  let life = 0

  const forget = () => {
    life += 1
    base = found = undefined
    riders = []
    motion = STILL
    confidence = 0
    looked = -1
    mask.fill(0)
  }

  const ask = (wanted: Seed, picture: number): Question => {
    const place = found
    const riding = place ? riders.map((click) => carried(click, place.box)).filter((click) => agrees(click, mask, output)).map((click) => moved(click, motion)) : []
    const middle = place && moved(place.middle, motion)
    if (place && middle && !pending) return { prompt: { clicks: [middle, ...riding], box: swept(grown(place.box, ROOM), motion), prior } }
    const added = base && place && confidence > 0 ? addedClicks(base.seed, wanted) : undefined
    const whole = promptOf(wanted)
    if (!added || !middle) return { prompt: whole, clicks: clicksOf(wanted), anew: true }
    if (base?.picture === picture) return { prompt: whole && { ...whole, prior }, clicks: clicksOf(wanted) }
    // By now the subject is not where the first clicks were: the new ones refine what it is in this picture.
    return { prompt: { clicks: [middle, ...riding, ...added], prior }, clicks: [...riding, ...added] }
  }

  const take = (guess: Guess, clicks: readonly Click[] | undefined) => {
    const last = found
    const least = clicks || confidence > 0 ? LOST_BELOW : FOUND_ABOVE
    const area = clicks ? undefined : last?.area
    writeGuess(guess, output, mask)
    const place = findPlace(mask)
    if (!place || !(guess.score >= least) || (area && (place.area > area * GROWTH || place.area < area / GROWTH))) {
      confidence = 0
      motion = STILL
      mask.fill(0)
      return
    }
    motion = last && !clicks && confidence > 0 ? motionOf(last.box, place.box) : STILL
    found = place
    confidence = Math.min(1, guess.score)
    prior?.set(guess.values.subarray(guess.from, guess.from + LOW_PIXELS))
    if (clicks) riders = clicks.slice(-MOST_RIDERS).map((click) => within(click, place.box))
  }

  return {
    mask,
    get confidence() { return confidence },
    seed(next) {
      // A seed that says nothing changes nothing.
      if (next && !promptOf(next)) return
      seed = next
      pending = next !== undefined
      if (!next) forget()
    },
    wants: (picture) => seed !== undefined && (pending || looked !== picture),
    async look(picture) {
      if (!seed) return
      const mine = life
      const asked = seed
      const { prompt, clicks, anew } = ask(asked, picture)
      if (anew) found = undefined
      if (pending) base = { seed: asked, picture }
      pending = false
      looked = picture
      if (!prompt) return
      const guess = await model.decode(prompt)
      if (mine === life) take(guess, clicks)
    },
    reset() {
      forget()
      pending = seed !== undefined
    },
  }
}
