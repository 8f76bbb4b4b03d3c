import type { MidiHandler } from './bytes.js'
import type { MidiClockIn } from './clock-in.js'
import { deviceSlug } from './names.js'

/** After so much silence another device may lead, ms. */
const HANDOVER_MS = 1500

export interface ClockPort {
  /** What a device's clock messages go to. */
  of(slug: string, name: string): Pick<MidiHandler, 'common' | 'realtime'>
  /** A device went: the next that sends a clock leads. */
  gone(slug: string): void
}

/** Lets one device at a time lead the clock: the one that is told, else whichever sent first, until it falls silent. */
export const createClockPort = (clock: MidiClockIn, now: () => number, from?: string): ClockPort => {
  const told = from === undefined ? undefined : deviceSlug(from)
  let leader: string | undefined
  let heardAt = Number.NEGATIVE_INFINITY
  const leads = (slug: string): boolean => {
    if (slug === leader || leader === undefined || now() - heardAt > HANDOVER_MS) {
      if (leader !== slug) clock.reset()
      leader = slug
      heardAt = now()
      return true
    }
    return false
  }
  return {
    of(slug, name) {
      const allowed = told === undefined || slug.includes(told) || deviceSlug(name).includes(told)
      return {
        common(status, a, b) {
          if (allowed && status === 0xf2 && leads(slug)) clock.position(a | (b << 7))
        },
        realtime(status, at) {
          // Sensing and reset say nothing of time, and an undefined status nothing at all.
          if (!allowed || (status !== 0xf8 && (status < 0xfa || status > 0xfc)) || !leads(slug)) return
          if (status === 0xf8) clock.tick(at)
          else if (status === 0xfa) clock.start()
          else if (status === 0xfb) clock.resume()
          else clock.stop(at)
        },
      }
    },
    gone(slug) {
      if (leader === slug) leader = undefined
    },
  }
}
