import type { ParamValue } from '../../engine/params.js'
import type { Registry } from '../../engine/registry.js'
import type { Signals } from '../types.js'
import type { EnvelopeDecl, Generator, ModulatorPlay } from './types.js'

/** What opens the gate: true once each time. */
type Opens = (signals: Signals) => boolean

const TRIGGERS: Readonly<Record<EnvelopeDecl['trigger'], (decl: EnvelopeDecl, play: ModulatorPlay, registry: Registry) => Opens>> = {
  beat(_decl, play) {
    let last = Number.NaN
    return ({ beat }) => {
      const now = Math.floor(beat / play.every + 1e-9)
      // Whoever says where the one is may set the beat back by a hair: that is no new beat.
      if (now === last || now === last - 1) return false
      last = now
      return true
    }
  },
  onset() {
    let last: number | undefined
    return ({ audio }) => {
      const heard = audio?.present === true ? audio.onsets : undefined
      const opens = heard !== undefined && last !== undefined && heard > last
      last = heard
      return opens
    }
  },
  control: () => () => false,
  address({ address = '' }, _play, registry) {
    // What was set counts, not what is drawn: no modulator opens itself.
    let last: ParamValue | undefined
    return () => {
      const value = registry.get(address)?.value
      const opens = value !== undefined && last !== undefined && value !== last && value !== false
      last = value
      return opens
    }
  },
}

/** Rises from where it is, so that one that follows fast upon another does not click. */
export const createEnvelope = (decl: EnvelopeDecl, play: ModulatorPlay, registry: Registry): Generator => {
  const { attack, hold, decay, sustain, release, trigger } = decl
  const opens = TRIGGERS[trigger](decl, play, registry)
  let level = 0
  let peak = 1
  let rising = false
  let open = false
  /** Seconds the gate has been open; of a control it is open until released. */
  let since = 0
  let lets = false
  /** Its first tick shows the beginning: the top, where there is no attack. */
  let fresh = false
  const begin = (velocity: number) => {
    peak = velocity
    rising = true
    open = true
    fresh = true
    since = 0
    lets = false
  }
  /** Moves on by `dt` seconds, through as many stages as that takes. */
  const run = (dt: number) => {
    let left = dt
    if (rising) {
      const needs = Math.max(0, (peak - level) / peak) * attack
      if (needs > left) {
        level += (left / attack) * peak
        return
      }
      left -= needs
      level = Math.max(level, peak)
      rising = false
    }
    const rest = open ? sustain * peak : 0
    const span = open ? decay : sustain > 0 ? release : decay
    const fall = span > 0 ? (left / span) * peak : Number.POSITIVE_INFINITY
    level = level > rest ? Math.max(rest, level - fall) : open ? level : rest
  }
  return {
    tick(signals) {
      if (opens(signals)) begin(1)
      if (fresh) {
        fresh = false
        if (attack === 0) {
          level = Math.max(level, peak)
          rising = false
        }
        return level
      }
      run(signals.dt)
      since += signals.dt
      // A press and its release within one tick are heard all the same: the gate closes once it has risen.
      if (open && !rising && (trigger === 'control' ? lets : since >= attack + decay + hold)) open = false
      return level
    },
    gate(velocity) {
      if (velocity > 0) begin(Math.min(1, velocity))
      else lets = true
    },
  }
}
