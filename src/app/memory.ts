import { totalmem } from 'node:os'
import { DoppelError } from '../engine/error.js'
import { layersFor, ringBytes, type Seat } from '../gl/cutout-ring.js'
import { createSharedRings, planRings, type Side } from '../gl/shared-rings.js'
import type { Gpu } from '../gl/types.js'
import type { LayerPlan, ShowPlan } from './plan.js'

/** What a scene needs to know of the memory it is given. */
export interface SceneMemory {
  /** Where a layer's past goes; undefined where it does not look back. */
  seat(layer: number): Seat | undefined
  /** The scene comes in on a side, and finds its layers' pasts empty. */
  sit(side: Side): void
  /** A layer is open. Throws a {@link DoppelError} when the show takes too much by then. */
  took(layer: number): void
}

/** Graphics memory of a show: all of it is taken when it is opened, and the longest part, the pasts, is shared by its scenes. */
export interface ShowMemory {
  scene(index: number): SceneMemory
  /** How much it is, in a sentence. */
  says(): string
  close(): void
}

const VARIABLE = 'DOPPEL_GRAPHICS_MEMORY'
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`

/** Bytes that a show may take: half of what the machine has. Drivers without a card of their own draw in it, and others spill into it. */
const limitHere = (): number => {
  const set = process.env[VARIABLE]
  if (set !== undefined) {
    if (!(Number(set) > 0)) throw new DoppelError(`${VARIABLE} is "${set}": it takes a number of megabytes`, `for example ${VARIABLE}=8000`)
    return Number(set) * 1e6
  }
  const contained = process.constrainedMemory()
  return Math.min(totalmem(), contained > 0 ? contained : Infinity) / 2
}

/** As chains find out for themselves what to keep (src/gl/chain.ts). */
const looksBack = ({ effects }: LayerPlan) => effects.some(({ decl }) => decl.reads.includes('history'))

export interface MemoryOptions {
  readonly plan: Pick<ShowPlan, 'name' | 'scenes'>
  readonly width: number
  readonly height: number
  readonly tickSeconds: number
  /** Bytes beyond which it is refused; half the machine's memory unless told. */
  readonly limit?: number | undefined
}

/** Takes the memory of the scenes' pasts. Throws a {@link DoppelError} that says what to lower when it is too much. */
export const createShowMemory = (gpu: Gpu, { plan, width, height, tickSeconds, limit = limitHere() }: MemoryOptions): ShowMemory => {
  const canvas = { width, height }
  const layersOf = ({ past }: LayerPlan) => layersFor(past.seconds, tickSeconds, past.stride)
  const backward = plan.scenes.map(({ layers }) => layers.filter(looksBack))
  const needs = backward.map((layers) => layers.map(layersOf))
  const shared = ringBytes(canvas, planRings(needs).layers)
  /** What each layer takes for itself, and what its past is long. */
  const taken = plan.scenes.flatMap(({ name, layers }) => layers.map((layer) => ({ layer, where: `layer "${layer.name}" of scene "${name}"`, past: looksBack(layer) ? ringBytes(canvas, layersOf(layer)) : 0, own: 0 })))
  let before = gpu.allocated()

  const most = () => {
    const [first] = [...taken].sort((a, b) => b.past + b.own - a.past - a.own)
    if (!first) return ''
    const looking = `${megabytes(first.past)} to look ${first.layer.past.seconds} s back on`
    return `most of it is taken by ${first.where} (${first.past > 0 ? `${looking}, ` : ''}${megabytes(first.own)} else)`
  }
  const check = (bytes: number, when: string) => {
    if (bytes <= limit) return
    throw new DoppelError(
      `${plan.name} takes too much graphics memory: ${megabytes(bytes)} ${when}, where at most ${megabytes(limit)} are for it`,
      `${most()}: give its "past" fewer seconds or a higher stride, let fewer layers look back, or make the canvas smaller with --size; ${VARIABLE}=<MB> allows more`,
    )
  }
  check(shared, 'for what its scenes look back on')
  const rings = createSharedRings(gpu, canvas, needs)
  return {
    scene(index) {
      const layers = plan.scenes[index]?.layers ?? []
      return {
        seat(at) {
          const layer = layers[at]
          const place = layer ? backward[index]?.indexOf(layer) ?? -1 : -1
          return place < 0 ? undefined : rings.seat(index, place)
        },
        sit(side) { rings.sit(index, side) },
        took(at) {
          const now = gpu.allocated()
          const entry = taken.find(({ layer }) => layer === layers[at])
          if (entry) entry.own = now - before
          before = now
          check(now, entry ? `by the time ${entry.where} was open` : 'by now')
        },
      }
    },
    says() {
      const bytes = gpu.allocated()
      const pasts = rings.bytes > 0 ? `, of which ${megabytes(rings.bytes)} are to look back on${plan.scenes.length > 2 ? `, for all ${plan.scenes.length} scenes` : ''}` : ''
      // Nobody can ask a graphics card how much it has.
      return `graphics memory: ${megabytes(bytes)}${pasts}${bytes > limit / 2 ? `; that is much: ${most()}` : ''}`
    },
    close: rings.close,
  }
}
