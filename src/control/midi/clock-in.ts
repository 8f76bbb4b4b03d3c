import { createSightings, type Line } from './line.js'

/** Where another machine's music is, read from its MIDI clock. */
export interface MidiClock {
  /** Beats per minute, with decimals; 120 before anything was heard. */
  readonly bpm: number
  /** Beats since its start, at a moment (ms on `performance.now()`'s clock). Goes on by itself while ticks are missing; stands while stopped. */
  beatAt(ms: number): number
  /** Playing, as far as is known: a clock that never told of start and stop plays while it ticks. */
  readonly running: boolean
  /** The tempo is known and ticks keep coming. */
  readonly locked: boolean
  /** How far ticks are from even, ms (root of the mean square). */
  readonly jitterMs: number
}

/** What a parser tells the clock. */
export interface MidiClockIn extends MidiClock {
  tick(at: number): void
  /** The next tick is the first beat. */
  start(): void
  /** The next tick is where the song position stands. */
  resume(): void
  stop(at: number): void
  /** Song position in sixteenths. */
  position(sixteenths: number): void
  /** Forgets tempo and position: another machine leads. */
  reset(): void
}

const PER_BEAT = 24
const PER_SIXTEENTH = 6
/** Ticks the line goes through: 16 beats. */
const WINDOW = 384
/** Ticks before a tempo is believed. */
const FEW = 12
/** The newest ticks that together tell a changed tempo from jitter. */
const NEWEST = 8
/** Their mean may be off by this much, or this many times what jitter explains, before the tempo counts as changed. */
const OFF_MS = 2
const OFF_SPREADS = 5
/** A single tick farther from the line than this, or so many times the jitter, is kept apart until others tell what it was. */
const ODD_MS = 5
const ODD_SPREADS = 4
/** So many times that number of ticks may make no sense at all before the old tempo is given up. */
const DISORDER = 4
/** After so long without ticks a new one belongs to another run, ms. */
const GONE_MS = 2000
/** Ticks faster than 400 or slower than 20 beats a minute are no music. */
const [SHORTEST, LONGEST] = [60_000 / 400 / PER_BEAT, 60_000 / 20 / PER_BEAT]

/**
 * Follows a MIDI clock by a least-squares line through its last 16 beats of ticks, which averages jitter away and shows neither
 * lag nor overshoot while the tempo holds. Ticks far off are kept apart: a sender that was held up comes back to the line, but
 * several that stay off are either a whole number of lost ticks, or a new tempo that a new line begins with.
 */
export const createMidiClock = (now: () => number): MidiClockIn => {
  const seen = createSightings(WINDOW)
  const odd = createSightings(NEWEST)
  let line: Line | undefined
  let disorder = 0
  let n = -1
  let lastAt = Number.NEGATIVE_INFINITY
  /** Tick number at which the beats count from 0; NaN while the next tick will tell. */
  let zero = 0
  let told = false
  let playing = true
  let songTicks = 0
  let stoodAt = 0

  const restart = () => {
    seen.keep(0)
    odd.keep(0)
    line = undefined
  }
  const beatOf = (ms: number): number => {
    if (!line) return n < 0 ? 0 : (n - zero) / PER_BEAT
    return ((ms - line.origin) / line.period - zero) / PER_BEAT
  }
  /** Ticks that stayed off the line: some were lost before them, or the tempo is another, or the sender is held up and sends what it owes. */
  const resolve = (old: Line) => {
    const late = odd.lateness(old, NEWEST)
    const lost = Math.round(late / old.period)
    const off = Math.abs(late - lost * old.period)
    const own = odd.fit()
    const isMusic = own !== undefined && own.period >= SHORTEST && own.period <= LONGEST && own.spread < own.period / 4
    const sameTempo = isMusic && Math.abs(own.period - old.period) < old.period / 10
    const by = lost >= 1 && sameTempo && off < Math.max(ODD_MS, ODD_SPREADS * old.spread) ? lost : 0
    disorder = isMusic ? 0 : disorder + 1
    if (!isMusic && disorder < DISORDER) odd.keep(0)
    else {
      if (by === 0) seen.keep(0)
      n += by
      odd.moveTo(seen, by)
    }
  }
  /** A small change of tempo leaves the line slowly: its newest ticks then begin a new one. */
  const turn = () => {
    const old = seen.size >= FEW + NEWEST ? seen.fit(NEWEST) : undefined
    if (!old) return
    const count = seen.size - NEWEST
    // How far jitter alone puts the mean of the newest from a line through those before: by itself, and by the line's own error out there.
    const explained = old.spread * Math.sqrt(1 / NEWEST + 1 / count + (3 * (count + NEWEST) ** 2) / count ** 3)
    if (Math.abs(seen.lateness(old, NEWEST)) > Math.max(OFF_MS, OFF_SPREADS * explained)) seen.keep(NEWEST)
  }
  const isOdd = (at: number): boolean =>
    line !== undefined && seen.size >= FEW && Math.abs(at - line.origin - line.period * n) > Math.max(ODD_MS, ODD_SPREADS * line.spread)
  return {
    tick(at) {
      const gap = at - lastAt
      if (!(gap < GONE_MS) && seen.size > 0) restart()
      lastAt = at
      n += 1
      if (Number.isNaN(zero)) zero = n - songTicks
      if (isOdd(at) && line) {
        odd.add(n, at)
        if (odd.size < NEWEST) return
        resolve(line)
      } else {
        odd.keep(0)
        disorder = 0
        seen.add(n, at)
        turn()
      }
      const fitted = seen.fit()
      line = fitted && fitted.period >= SHORTEST && fitted.period <= LONGEST ? seen.refine(fitted) : undefined
    },
    start() {
      told = true
      playing = true
      songTicks = 0
      zero = Number.NaN
    },
    resume() {
      told = true
      playing = true
      zero = Number.NaN
    },
    stop(at) {
      if (playing) {
        stoodAt = Number.isNaN(zero) ? songTicks / PER_BEAT : beatOf(at)
        songTicks = Math.round(stoodAt * PER_BEAT)
      }
      told = true
      playing = false
    },
    position(sixteenths) {
      songTicks = sixteenths * PER_SIXTEENTH
      if (playing) zero = Number.NaN
      else stoodAt = songTicks / PER_BEAT
    },
    reset() {
      restart()
      n = -1
      zero = 0
      told = false
      playing = true
      songTicks = 0
      lastAt = Number.NEGATIVE_INFINITY
    },
    get bpm() { return line ? 60_000 / PER_BEAT / line.period : 120 },
    beatAt(ms) {
      if (!playing) return stoodAt
      return Number.isNaN(zero) ? songTicks / PER_BEAT : beatOf(ms)
    },
    get running() { return playing && (told || now() - lastAt < GONE_MS) },
    get locked() { return line !== undefined && seen.size >= FEW && now() - lastAt < Math.max(250, 6 * line.period) && line.spread < line.period / 2 },
    get jitterMs() { return line?.spread ?? 0 },
  }
}
