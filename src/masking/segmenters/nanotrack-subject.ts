import { type Tensor } from 'onnxruntime-node'
import { floatsOf } from '../pixels.js'
import type { Graph, View } from '../types.js'
import { createCropTensor, meanColour, type Colour } from './nanotrack-crop.js'
import { bestBox, surroundings, type Found } from './nanotrack-score.js'

/** Sides of the two crops. The search crop shows twice the surroundings of the template. */
const TEMPLATE = 127
const CHANNELS = 48
const SEARCH = 255
/** Pixels of the picture no subject is smaller than. */
const LEAST = 10
/** A subject is where the best box is when that has this score, and a lost one from the second on. */
const KEPT_ABOVE = 0.5
const FOUND_ABOVE = 0.8
/**
 * And when it looks like what it was: the cosine of the features in the middle of the box to those at the seed. The score alone says
 * little, a plain wall can have 0.98. Measured on four sequences: the subject 0.87 to 0.99, anything else -0.1 to 0.79.
 */
const KEPT_ALIKE = 0.82
const FOUND_ALIKE = 0.85
/** So many pictures in a row without it before it is given up: what an arm hides for a moment is not lost. */
const PATIENCE = 3
/** Places that are looked at in one picture for a lost subject. */
const LOOKS = 2

/** Middle and size, picture pixels. */
export interface Place { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
type Picture = Pick<View, 'width' | 'height' | 'data'>

/** A subject as NanoTrack keeps it: what it looked like once, and where it is. */
export interface NanoSubject {
  readonly place: Place
  /** Of the last picture; 0 while it is lost. */
  readonly confidence: number
  begin(view: Picture, place: Place): Promise<void>
  track(view: Picture): Promise<void>
  /** After a cut: it may be anywhere, and is sought from where it began. */
  seek(): void
  forget(): void
}

/** The crops are shared by all subjects of a picture: they take turns. */
export interface NanoRig {
  subject(): NanoSubject
}

const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** Cells of a template's features along each side, and the middle ones, which show the subject and not its surroundings. */
const FEATURE_CELLS = 8
const MIDDLE = [2, 3, 4, 5] as const
const poolMiddle = (features: Float32Array, to: Float32Array): Float32Array => {
  for (let c = 0; c < to.length; c++) {
    let sum = 0
    for (const y of MIDDLE) for (const x of MIDDLE) sum += features[(c * FEATURE_CELLS + y) * FEATURE_CELLS + x] ?? 0
    to[c] = sum
  }
  return to
}
const cosine = (a: Float32Array, b: Float32Array): number => {
  let [both, ofA, ofB] = [0, 0, 0]
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0
    both += x * y
    ofA += x * x
    ofB += y * y
  }
  return both / Math.sqrt(ofA * ofB || 1)
}
const NOWHERE: Place = { x: 0, y: 0, width: 0, height: 0 }

export const createNanoRig = (backbone: Graph, head: Graph): NanoRig => {
  const templateCrop = createCropTensor(TEMPLATE)
  const searchCrop = createCropTensor(SEARCH)
  const pooled = new Float32Array(CHANNELS)

  const subject = (): NanoSubject => {
    let template: Tensor | undefined
    let outside: Colour = [0, 0, 0]
    const looks = new Float32Array(CHANNELS)
    let start = NOWHERE
    let place = NOWHERE
    let confidence = 0
    let misses = 0
    /** How many places were looked at since it was lost. */
    let sought = 0

    const see = async (view: Picture, { x, y, width, height }: Place): Promise<Tensor> => {
      templateCrop.fill(view, x, y, Math.max(1, Math.round(surroundings(width, height))), outside)
      const { features } = await backbone.run({ image: templateCrop.tensor })
      if (!features) throw new RangeError('the backbone gave no features')
      return features
    }
    const search = async (view: Picture, x: number, y: number, still?: number): Promise<Found> => {
      const side = surroundings(place.width, place.height)
      searchCrop.fill(view, x, y, Math.round((side * SEARCH) / TEMPLATE), outside)
      const { features } = await backbone.run({ image: searchCrop.tensor })
      if (!template || !features) throw new RangeError('the backbone gave no features')
      const { classes, boxes } = await head.run({ template, search: features })
      return bestBox(floatsOf(classes, 'the classes'), floatsOf(boxes, 'the boxes'), place.width, place.height, TEMPLATE / side, still)
    }
    /** Goes to the best box about a point, when it is the subject that is there. */
    const follow = async (view: Picture, x: number, y: number, score: number, alike: number, still?: number): Promise<boolean> => {
      const found = await search(view, x, y, still)
      if (found.score < score) return false
      const { rate } = found
      const there = {
        x: clip(x + found.dx, 0, view.width), y: clip(y + found.dy, 0, view.height),
        width: clip(place.width * (1 - rate) + found.width * rate, LEAST, view.width),
        height: clip(place.height * (1 - rate) + found.height * rate, LEAST, view.height),
      }
      if (cosine(poolMiddle(floatsOf(await see(view, there), 'the features'), pooled), looks) < alike) return false
      place = there
      confidence = found.score
      misses = 0
      return true
    }
    /** Every other time where it was last, else the next of the places from which search crops cover the picture. */
    const candidate = (view: Picture): readonly [number, number] => {
      const n = sought++
      if (n % LOOKS === 0) return [place.x, place.y]
      const step = (surroundings(place.width, place.height) * SEARCH) / TEMPLATE / 2
      const [columns, rows] = [Math.max(1, Math.ceil(view.width / step)), Math.max(1, Math.ceil(view.height / step))]
      const at = Math.floor(n / LOOKS) % (columns * rows)
      return [((at % columns) + 0.5) * (view.width / columns), (Math.floor(at / columns) + 0.5) * (view.height / rows)]
    }

    return {
      get place() { return place },
      get confidence() { return confidence },
      async begin(view, from) {
        outside = meanColour(view)
        start = place = from
        template = await see(view, from)
        poolMiddle(floatsOf(template, 'the features'), looks)
        confidence = 1
        misses = 0
      },
      async track(view) {
        if (!template) return
        if (misses < PATIENCE) {
          if (await follow(view, place.x, place.y, KEPT_ABOVE, KEPT_ALIKE)) return
          misses += 1
          sought = 0
          confidence = misses < PATIENCE ? confidence / 2 : 0
          return
        }
        for (let i = 0; i < LOOKS; i++) if (await follow(view, ...candidate(view), FOUND_ABOVE, FOUND_ALIKE, 0)) return
      },
      seek() {
        place = start
        misses = PATIENCE
        confidence = sought = 0
      },
      forget() {
        template = undefined
        confidence = 0
      },
    }
  }
  return { subject }
}
