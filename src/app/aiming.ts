import type { Source } from '../engine/types.js'
import { createMaskView } from '../gl/mask-view.js'
import type { Gpu, Target } from '../gl/types.js'
import { spotOn, uprightOf } from './pick.js'
import type { SourceMasks } from './pictures.js'
import type { Programme } from './programme.js'
import type { Subjects } from './subjects.js'

/** Clicking on things: finds whose they are, and shows what is followed. */
export interface Aiming {
  /** The picture that clicks are about is shown as it comes, its subjects in their colours, in windows. */
  view: boolean
  /** The subjects of the topmost layer that can be clicked on; undefined where nothing can. */
  readonly subjects: Subjects | undefined
  /** A click at a point of the canvas (0..1, from the bottom left), on the chosen subject or beside it; whether there was something to click on. */
  click(u: number, v: number, positive: boolean): boolean
  /** What was clicked on each source, with the size of its upright picture, pixels. */
  seeds(): ReadonlyMap<string, { readonly seeds: Subjects['seeds']; readonly width: number; readonly height: number }>
  /** What windows show in place of the programme, while `view` is on and there is something to see. */
  draw(): Target | undefined
  close(): void
}

export interface AimingOptions {
  readonly width: number
  readonly height: number
  readonly programme: Pick<Programme, 'seen'>
  readonly sources: ReadonlyMap<string, Source>
  readonly masks: ReadonlyMap<string, SourceMasks>
}

const sizeOf = ({ width, height }: { readonly width: number; readonly height: number }) => ({ width: Math.round(width), height: Math.round(height) })

export const createAiming = (gpu: Gpu, { width, height, programme, sources, masks }: AimingOptions): Aiming => {
  // Compiled before the show, and only where something can be followed.
  const masksView = masks.size > 0 ? createMaskView(gpu, { width, height }) : undefined
  const isFollowed = (source: string) => masks.has(source)
  const top = () => programme.seen?.top(isFollowed)
  const subjectsOf = (source: string | undefined) => (source === undefined ? undefined : masks.get(source)?.subjects)
  const aiming: Aiming = {
    view: false,
    get subjects() { return subjectsOf(top()?.layer.source) },
    click(u, v, positive) {
      const layer = top()?.layer
      const picture = layer && sources.get(layer.source)?.latest()
      const spot = layer && picture && spotOn(u, v, uprightOf(picture), [width, height], layer.fit, aiming.view ? undefined : layer.transform)
      if (!spot) return false
      subjectsOf(layer.source)?.click(spot.x, spot.y, positive)
      return true
    },
    seeds: () => new Map([...masks].flatMap(([id, { subjects }]) => {
      const picture = sources.get(id)?.latest()
      return picture ? [[id, { seeds: subjects.seeds, ...sizeOf(uprightOf(picture)) }] as const] : []
    })),
    draw() {
      const seen = aiming.view ? top() : undefined
      return seen && masksView?.draw(seen.drawn, subjectsOf(seen.layer.source)?.chosen ?? 0)
    },
    close() { masksView?.close() },
  }
  return aiming
}
