import { BehaviorSubject, EMPTY } from 'rxjs'
import type { Drawing, Source, Status } from '../engine/types.js'
import { createDancer, JOINTS_LENGTH, poseDancer, stageSpan } from './dancer.js'

export { dancerMask } from './dancer-mask.js'

/** Pictures the GPU draws itself: an animated dancer with its exact mask, two of them, and a test card. */
export const GENERATORS = ['dancer', 'duet', 'testcard'] as const
export type GeneratorName = (typeof GENERATORS)[number]
/** How many subjects each shows; where there are several, each has a channel of the mask. */
export const GENERATOR_SUBJECTS: Readonly<Record<GeneratorName, number>> = { dancer: 1, duet: 2, testcard: 1 }

export interface GeneratorOptions {
  readonly id: string
  readonly width: number
  readonly height: number
  readonly seed: number
}

interface Scene {
  readonly shader: string
  readonly uniforms: Record<string, number | Float32Array>
  pose(time: number): void
}

/** Dances begin so far apart that two never do the same. */
const NEXT_SEED = 5

/** `count` dancers, 1 or 2, side by side. */
const dancers = (count: number, { width, height, seed }: GeneratorOptions): Scene => {
  const span = stageSpan(width / height)
  const joints = new Float32Array(2 * JOINTS_LENGTH)
  const troupe = Array.from({ length: count }, (_, i) => createDancer(joints.subarray(i * JOINTS_LENGTH, (i + 1) * JOINTS_LENGTH)))
  const facings = new Float32Array(2)
  const uniforms: Record<string, number | Float32Array> = { joints, radii: troupe[0]?.radii ?? 0, facings, dancers: count, hue: 0 }
  return {
    shader: 'dancer.frag',
    uniforms,
    pose(time) {
      for (let i = 0; i < count; i++) {
        const dancer = troupe[i]
        if (!dancer) continue
        poseDancer(dancer, time, seed + i * NEXT_SEED, count === 1 ? span : span / 4)
        const aside = count === 1 ? 0 : (2 * i - 1) * Math.max(0.2, 0.9 * span)
        if (aside !== 0) for (let x = 0; x < JOINTS_LENGTH; x += 2) dancer.joints[x] = (dancer.joints[x] ?? 0) + aside
        facings[i] = dancer.facing
      }
      uniforms['hue'] = troupe[0]?.hue ?? 0
    },
  }
}

const SCENES: Readonly<Record<GeneratorName, (options: GeneratorOptions) => Scene>> = {
  dancer: (options) => dancers(GENERATOR_SUBJECTS.dancer, options),
  duet: (options) => dancers(GENERATOR_SUBJECTS.duet, options),
  // Everything it shows follows from the size, the tick and the beat, which every shader is given.
  testcard: () => ({ shader: 'testcard.frag', uniforms: {}, pose: () => {} }),
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A source that is drawn rather than decoded. Deterministic: the same tick and seed give the same picture. Never fails. */
export const openGenerator = (name: GeneratorName, options: GeneratorOptions): Source => {
  const { id: unit, width, height } = options
  const { shader, uniforms, pose } = SCENES[name](options)
  const status = new BehaviorSubject<Status>({ unit, state: 'running', detail: `${name} ${width}x${height}` })
  const drawing: Mutable<Drawing> = { kind: 'drawing', shader, width, height, uniforms, subjects: GENERATOR_SUBJECTS[name], seq: 0, capturedAt: 0, mediaTime: 0 }
  pose(0)
  return {
    id: unit,
    status$: status,
    fault$: EMPTY,
    advance({ time }) {
      pose(time)
      drawing.seq += 1
      drawing.capturedAt = time * 1000
      drawing.mediaTime = time
    },
    latest: () => drawing,
    settle: () => Promise.resolve(),
    close() {
      if (!status.closed) status.next({ unit, state: 'closed', detail: '' })
      status.complete()
      return Promise.resolve()
    },
  }
}
