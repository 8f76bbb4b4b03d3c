import { BehaviorSubject, EMPTY } from 'rxjs'
import type { Drawing, Source, Status } from '../engine/types.js'
import { createDancer, poseDancer, stageSpan } from './dancer.js'

export { dancerMask } from './dancer-mask.js'

/** Pictures the GPU draws itself: an animated dancer with its exact mask, and a test card. */
export type GeneratorName = 'dancer' | 'testcard'

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

const SCENES: Readonly<Record<GeneratorName, (options: GeneratorOptions) => Scene>> = {
  dancer: ({ width, height, seed }) => {
    const dancer = createDancer()
    const span = stageSpan(width / height)
    const uniforms: Record<string, number | Float32Array> = { joints: dancer.joints, radii: dancer.radii, facing: 0, hue: 0 }
    return {
      shader: 'dancer.frag',
      uniforms,
      pose(time) {
        poseDancer(dancer, time, seed, span)
        uniforms['facing'] = dancer.facing
        uniforms['hue'] = dancer.hue
      },
    }
  },
  // Everything it shows follows from the size, the tick and the beat, which every shader is given.
  testcard: () => ({ shader: 'testcard.frag', uniforms: {}, pose: () => {} }),
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A source that is drawn rather than decoded. Deterministic: the same tick and seed give the same picture. Never fails. */
export const openGenerator = (name: GeneratorName, options: GeneratorOptions): Source => {
  const { id: unit, width, height } = options
  const { shader, uniforms, pose } = SCENES[name](options)
  const status = new BehaviorSubject<Status>({ unit, state: 'running', detail: `${name} ${width}x${height}` })
  const drawing: Mutable<Drawing> = { kind: 'drawing', shader, width, height, uniforms, seq: 0, capturedAt: 0, mediaTime: 0 }
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
