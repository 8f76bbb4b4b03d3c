import type { Tick } from '../../engine/types.js'

/** Time that stands between ticks: for rendering offline, where the same ticks must give the same picture. */
export interface TickTime {
  /** The time of the tick last given, ms. */
  now(): number
  advance(tick: Pick<Tick, 'time'>): void
}

export const createTickTime = (): TickTime => {
  let ms = 0
  return {
    now: () => ms,
    advance({ time }) { ms = time * 1000 },
  }
}
