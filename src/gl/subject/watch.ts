import type { Moment, Reads, SubjectFacts } from '../../engine/effect.js'
import type { Program } from '../program.js'
import type { Drawn, Gpu, Target } from '../types.js'
import { createDistanceField } from './distance.js'
import { createFactsWatch } from './facts.js'
import { createFlow } from './flow.js'
import { emptyFacts } from './follower.js'
import { createLoopRecorder } from './loop.js'
import { createMasks, MOST_SUBJECTS, type Masks } from './masks.js'
import type { Outline } from './outline.js'
import { createPath } from './path.js'
import { createPlate } from './plate.js'
import { createOwned } from '../owned.js'

export interface SubjectWatchOptions {
  /** The canvas, pixels. */
  readonly width: number
  readonly height: number
  /** What the layer's effects read, together: nothing else is computed or allocated. */
  readonly reads: ReadonlySet<Reads>
  /** Most masks that will be given to `masks` (0: the pictures' own only). */
  readonly subjects?: number
  /** Beats the beat-loop recorder goes round in (4). */
  readonly loopBeats?: number
  /** Whether the plate is shown in the light of now (it is unless told): what only copies it needs none. */
  readonly lit?: boolean
  /** How far back {@link SubjectWatch.pathAt} reaches, seconds (2). */
  readonly historySeconds?: number
}

/** Everything a layer's effects can know of its subject, kept up to date on the GPU. */
export interface SubjectWatch {
  /**
   * Call once per tick, before the effects draw; again in the same tick it does nothing. Where the subject is comes back from
   * the GPU a tick late, unless `exact` waits for it (offline rendering). `wanted` is what the effects that are on read, all of
   * them unless told: distances and flow, which need no past, are worked out only for these.
   */
  update(drawn: Drawn, moment: Moment, exact: boolean, wanted?: ReadonlySet<Reads>): void
  /** The chosen subject or all of them together. The object and its arrays stay the same from tick to tick. */
  readonly facts: SubjectFacts
  /** Eight of them; those beyond the number of subjects have `present` 0. */
  readonly each: readonly SubjectFacts[]
  /** R8: the chosen subject's mask, or that of all together; white when the picture has none. */
  readonly mask: WebGLTexture
  /** How `mask` lies in the picture, coarsely; while its place is followed, and is known in this very tick. */
  readonly outline: Outline | undefined
  /** The background, while it is kept. */
  readonly plate: Target | undefined
  /** Whether its alpha is 1 everywhere. */
  readonly plateOpaque: boolean
  /** To choose a subject, or to give masks that do not come with the picture. Shown from the next `update` on. */
  readonly masks: Masks
  /** The centroid `secondsAgo`, in square-pixel units (x 0 to aspect, y 0 to 1, up), into `out`. */
  pathAt(secondsAgo: number, out: Float32Array): void
  /** Sets everything a program in use declares from `SUBJECT_GLSL`, and `mask`. */
  apply(program: Program): void
  /** Forgets what was seen: plate, loop, flow, path and smoothing. For another source, or on demand. */
  reset(): void
  close(): void
}

const LOOP_BEATS = 4
const HISTORY_SECONDS = 2

/** Makes what `reads` asks for, and allocates all its memory. Throws a {@link DoppelError} when that is short. */
export const createSubjectWatch = (gpu: Gpu, options: SubjectWatchOptions): SubjectWatch => {
  const { width, height, reads, subjects = 0, loopBeats = LOOP_BEATS, historySeconds = HISTORY_SECONDS } = options
  const { keep, all, close } = createOwned()
  const build = () => ({
    masks: keep(createMasks(gpu, { width, height, most: subjects })),
    watch: reads.has('subject') ? keep(createFactsWatch(gpu, width, height, Math.min(MOST_SUBJECTS, subjects))) : undefined,
    distance: reads.has('sdf') ? keep(createDistanceField(gpu, { width, height })) : undefined,
    flow: reads.has('flow') ? keep(createFlow(gpu, { width, height })) : undefined,
    plate: reads.has('plate') ? keep(createPlate(gpu, { width, height, lit: options.lit !== false })) : undefined,
    loop: reads.has('loop') ? keep(createLoopRecorder(gpu, { width, height, beats: loopBeats })) : undefined,
  })
  const built = all(build)
  const { masks, watch, distance, flow, plate, loop } = built
  const facts = watch?.facts ?? emptyFacts()
  const each = watch?.each ?? Array.from({ length: MOST_SUBJECTS }, emptyFacts)
  const path = createPath(historySeconds)
  const aspect = width / height
  let frame = Number.NaN
  let unpacked = Number.NaN
  const takeMasks = ({ mask, seq, subjects: several, layers }: Drawn) => {
    if (several?.packed === 'layers' && layers) {
      if (seq === unpacked) return
      unpacked = seq
      masks.copy(layers, several.count)
      return
    }
    if (!several || !mask) {
      masks.take(mask, seq)
      return
    }
    if (seq === unpacked) return
    unpacked = seq
    if (several.packed === 'labels') masks.split(mask.texture, several.count)
    else masks.spread(mask.texture, several.count)
  }

  const forget = () => {
    watch?.reset()
    flow?.reset()
    plate?.reset()
    loop?.reset()
    path.reset()
  }
  return {
    update(drawn, moment, exact, wanted = reads) {
      if (moment.frame === frame) return
      // The show began anew: what was seen lies in its future.
      if (moment.frame < frame) forget()
      frame = moment.frame
      takeMasks(drawn)
      const { texture } = masks.chosen
      if (watch) {
        watch.update(masks, moment.dt, exact)
        path.add(moment.time, (facts.centroid[0] ?? 0) * aspect, facts.centroid[1] ?? 0)
      }
      if (wanted.has('sdf')) distance?.update(masks)
      if (wanted.has('flow')) flow?.update(drawn.colour, drawn.seq, moment.time)
      else flow?.reset()
      plate?.update(drawn.colour, masks, drawn.seq, moment.time)
      loop?.record((drawn.cutout ?? drawn.colour).texture, texture, moment, watch?.outline)
    },
    facts,
    each,
    get mask() { return masks.chosen.texture },
    get outline() { return watch?.outline },
    get plate() { return plate?.picture },
    get plateOpaque() { return plate?.opaque === true },
    masks,
    pathAt(secondsAgo, out) { path.at(secondsAgo, out) },
    apply(program) {
      program.texture('mask', masks.chosen.texture)
      program.texture('hostMasks', masks.layers)
      program.set('subjects', masks.count)
      program.set('hostMaskLayers', masks.layered)
      watch?.apply(program)
      if (distance) {
        program.texture('hostDistance', distance.texture)
        program.set('hostDistanceAspect', aspect)
      }
      flow?.apply(program)
      plate?.apply(program)
      loop?.apply(program)
    },
    reset() {
      forget()
      // So that a reset in the middle of a tick starts the next one from nothing, not from before it.
      frame = Number.NaN
    },
    close,
  }
}
