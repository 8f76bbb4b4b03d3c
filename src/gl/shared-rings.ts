import { createCutoutRing, type CutoutRing, type Seat } from './cutout-ring.js'
import { createOwned } from './owned.js'
import type { Gpu } from './types.js'

/** Of two scenes that are drawn at once, each has a side. */
export type Side = 0 | 1

/** The rings of scenes of which at most two are drawn at once, allocated once: a scene that comes in is lent those that another has left. */
export interface SharedRings {
  /** Of a scene's history, in the order its needs were given. */
  seat(scene: number, index: number): Seat
  /** A scene takes its place on a side, from which the scene that had it last is gone. What its rings hold is to be forgotten. */
  sit(scene: number, side: Side): void
  readonly bytes: number
  close(): void
}

/** For each scene, its rings from the longest to the shortest: one of its own, or one of a pair for all scenes. Layers of each. */
export interface RingPlan {
  readonly ranks: readonly { readonly shared: boolean; readonly layers: readonly number[] }[]
  /** Of all rings together. */
  readonly layers: number
}

/** `needs`: for each scene, the layers its histories take, in any order. Where few scenes look back, rings of their own take less than a pair. */
export const planRings = (needs: readonly (readonly number[])[]): RingPlan => {
  const sorted = needs.map((scene) => [...scene].sort((a, b) => b - a))
  const ranks = Array.from({ length: Math.max(0, ...sorted.map(({ length }) => length)) }, (_, rank) => {
    const own = sorted.map((scene) => scene[rank] ?? 0)
    const pair = [Math.max(...own), Math.max(...own)]
    const sum = (layers: readonly number[]) => layers.reduce((total, each) => total + each, 0)
    const shared = sum(pair) < sum(own)
    return { shared, layers: shared ? pair : own }
  })
  return { ranks, layers: ranks.reduce((total, { layers }) => total + layers.reduce((sum, each) => sum + each, 0), 0) }
}

/** Allocates the rings. Throws a {@link DoppelError} when memory is short. */
export const createSharedRings = (gpu: Gpu, canvas: { readonly width: number; readonly height: number }, needs: readonly (readonly number[])[]): SharedRings => {
  const plan = planRings(needs)
  const { keep, all, close } = createOwned()
  const rings = all(() => plan.ranks.map(({ shared, layers }) => ({ shared, rings: layers.map((count) => (count > 0 ? keep(createCutoutRing(gpu, canvas, count)) : undefined)) })))
  const ringOf = (rank: number, scene: number, side: Side): CutoutRing => {
    const found = rings[rank]
    const ring = found?.rings[found.shared ? side : scene]
    if (!ring) throw new RangeError(`scene ${scene} has no history ${rank}`)
    return ring
  }
  const seats = needs.map((scene, s) => {
    const ranks = scene.map((_, i) => i).sort((a, b) => (scene[b] ?? 0) - (scene[a] ?? 0))
    return scene.map((_, i) => {
      const rank = ranks.indexOf(i)
      const seat: Seat = { ring: ringOf(rank, s, 0), lent: 0 }
      return { rank, seat }
    })
  })
  return {
    seat(scene, index) {
      const found = seats[scene]?.[index]
      if (!found) throw new RangeError(`scene ${scene} has no history ${index}`)
      return found.seat
    },
    sit(scene, side) {
      for (const { rank, seat } of seats[scene] ?? []) {
        seat.ring = ringOf(rank, scene, side)
        seat.lent += 1
      }
    },
    bytes: rings.reduce((sum, rank) => sum + rank.rings.reduce((bytes, ring) => bytes + (ring?.bytes ?? 0), 0), 0),
    close,
  }
}
