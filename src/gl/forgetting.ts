import type { EffectInstance } from '../engine/effect.js'
import type { History } from './history.js'

/** Follows an effect's `reset` trigger. */
export interface Forgetting {
  /** Captures of the history the effect is not to see: those from before its last reset. */
  readonly forgotten: number
  /** Call in every tick, before drawing: whether the effect was reset since the last call. */
  due(): boolean
}

export const createForgetting = (instance: EffectInstance, history: History | undefined): Forgetting => {
  let seen = instance.reset
  let forgotten = 0
  return {
    get forgotten() { return forgotten },
    due() {
      if (instance.reset === seen) return false
      seen = instance.reset
      // This tick's own picture, which has been captured by now, remains.
      forgotten = Math.max(0, (history?.captures ?? 0) - 1)
      return true
    },
  }
}
