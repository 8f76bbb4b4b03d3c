import type { BeatClock } from '../types.js'
import type { Follower, Knows } from './follower.js'
import { remaining } from './glide.js'
import { createTaps } from './taps.js'

export const SLOWEST_BPM = 20
export const FASTEST_BPM = 400

/** What cues and snapshots wait for. */
export type Unit = 'beat' | 'bar' | 'phrase'

/** Where in the music a moment is: counts from 0, phases 0..1. */
export interface BeatPosition {
  beat: number
  phase: number
  bar: number
  barPhase: number
  phrase: number
  phrasePhase: number
}

export interface BeatClockOptions {
  readonly bpm: number
  /** 4 where it is not said. */
  readonly beatsPerBar?: number
  /** 8 where it is not said. */
  readonly barsPerPhrase?: number
  /** Milliseconds: `performance.now()`; the tick's time when rendered offline (see `createTickTime`). */
  readonly now: () => number
}

/** A beat clock as it is played. Moments are ms on `now`'s clock and default to now. */
export interface PlayedBeatClock extends BeatClock {
  /** Once per tick: closes in on what is followed. */
  update(at?: number): void
  /** A follower for a source that is not the clock itself; undefined takes it away. */
  attach(source: 'midi' | 'audio' | 'link', follower: Follower | undefined, knows?: Knows): void
  /** The source's follower is there, locked, and followed. */
  readonly following: boolean
  /** A tap on the beat: sets the tempo from the second on, moves the phase, and becomes the source. */
  tap(at?: number): void
  /** Moves ahead (beats come earlier), or back with a negative amount; glides there. While following it shifts against what is followed. */
  nudge(amount: number, unit: 'ms' | 'beats', at?: number): void
  /** This moment is the one of a phrase, at once: steps forward, or back by less than an eighth of a beat. */
  resync(at?: number): void
  half(at?: number): void
  double(at?: number): void
  /** Number of the first beat, bar or phrase start after a moment, in beats. */
  next(unit: Unit, after?: number): number
  /** When a beat comes, ms, as things are now. */
  whenBeat(beat: number): number
  /** Fills `into` and gives it. */
  positionAt(ms: number, into: BeatPosition): BeatPosition
}

/** Beats by which a resync may step back: a hand that is a little late means the beat it missed. */
const HAIR = 1 / 8

interface Followed { readonly follower: Follower; readonly knows: Knows; whole: number; ran: boolean }

const whole = (name: string, value: number) => {
  if (!Number.isInteger(value) || value < 1 || value > 64) throw new RangeError(`${name} is a whole number from 1 to 64, not ${value}`)
  return value
}

/**
 * Counts beats along a straight line, tempo and phase exact to the moment asked for. Every correction (taps, nudges, a follower)
 * moves the line and glides there within a few beats, so beats never run backwards; only `resync` steps.
 */
export const createBeatClock = (options: BeatClockOptions): PlayedBeatClock => {
  const { now } = options
  const inRange = (value: number) => value >= SLOWEST_BPM && value <= FASTEST_BPM
  if (!inRange(options.bpm)) throw new RangeError(`a tempo is ${SLOWEST_BPM} to ${FASTEST_BPM} beats per minute, not ${options.bpm}`)
  const beatsPerBar = whole('beats per bar', options.beatsPerBar ?? 4)
  const barsPerPhrase = whole('bars per phrase', options.barsPerPhrase ?? 8)
  const phrase = beatsPerBar * barsPerPhrase
  const lengths: Readonly<Record<Unit, number>> = { beat: 1, bar: beatsPerBar, phrase }

  let bpm = options.bpm
  /** The line, and what of the newest correction is still to be glided away. */
  let anchorMs = now()
  let anchorBeat = 0
  let error = 0
  let source: BeatClock['source'] = 'internal'
  /** Half or double time of what is followed. */
  let scale = 1
  const followed = new Map<BeatClock['source'], Followed>()
  const taps = createTaps()

  const passed = (ms: number) => ((ms - anchorMs) * bpm) / 60_000
  const lineAt = (ms: number) => anchorBeat + passed(ms)
  const beatAt = (ms: number) => {
    const beats = passed(ms)
    return anchorBeat + beats - remaining(error, beats)
  }
  const anchor = (ms: number) => {
    // Who asks for a moment that is past already changes what is now.
    const at = Math.max(ms, anchorMs)
    const beats = passed(at)
    error = remaining(error, beats)
    anchorBeat += beats
    anchorMs = at
  }
  const setBpm = (value: number, ms: number) => {
    if (!inRange(value) || value === bpm) return
    anchor(ms)
    bpm = value
  }
  const correct = (beats: number, ms: number) => {
    anchor(ms)
    anchorBeat += beats
    error += beats
  }
  const jump = (beat: number, ms: number) => {
    anchor(ms)
    anchorBeat = beat
    error = 0
  }
  const current = () => followed.get(source)
  const isFollowing = () => current()?.follower.locked === true
  /** The first phrase start that is not more than a hair ago. */
  const oneAt = (ms: number) => Math.ceil((beatAt(ms) - HAIR) / phrase) * phrase

  const follow = (one: Followed, ms: number) => {
    setBpm(one.follower.bpm * scale, ms)
    // A machine that stands still gives its tempo only.
    if (one.follower.running === false) return
    const theirs = one.follower.beatAt(ms) * scale
    if (!Number.isFinite(theirs)) return
    const starts = !one.ran && theirs >= 0 && theirs < beatsPerBar
    one.ran = true
    if (starts && one.knows === 'bars') {
      // It has just been started: where it counts from is the one. (A clock that was only away for a while is further on.)
      const ahead = oneAt(ms)
      one.whole = ahead - Math.floor(theirs / phrase) * phrase
      jump(theirs + one.whole, ms)
      return
    }
    const unit = one.knows === 'bars' ? beatsPerBar : 1
    let off = theirs + one.whole - lineAt(ms)
    const units = Math.round(off / unit) * unit
    one.whole -= units
    off -= units
    if (Math.abs(off) > 1e-9) correct(off, ms)
  }

  const rescale = (factor: number, ms: number) => {
    if (!inRange(bpm * factor)) return
    if (isFollowing()) scale *= factor
    setBpm(bpm * factor, ms)
    taps.forget()
  }

  return {
    beatsPerBar,
    barsPerPhrase,
    get bpm() { return bpm },
    set bpm(value) {
      // What is followed says the tempo.
      if (isFollowing() || value === bpm) return
      setBpm(value, now())
      taps.forget()
    },
    beatAt,
    get source() { return source },
    set source(value) {
      if (value === source) return
      anchor(now())
      source = value
      scale = 1
    },
    get following() { return isFollowing() },
    attach(of, follower, knows = of === 'audio' ? 'beats' : 'bars') {
      if (follower) followed.set(of, { follower, knows, whole: 0, ran: true })
      else followed.delete(of)
    },
    update(at = now()) {
      const one = current()
      if (one?.follower.running === false) one.ran = false
      if (one?.follower.locked === true) follow(one, at)
    },
    tap(at = now()) {
      if (!Number.isFinite(at)) return
      const heard = taps.tap(at)
      if (!heard || !inRange(heard.bpm)) return
      source = 'tap'
      scale = 1
      setBpm(heard.bpm, at)
      const beat = lineAt(heard.beatMs)
      correct(Math.round(beat) - beat, at)
    },
    nudge(amount, unit, at = now()) {
      const beats = unit === 'ms' ? (amount * bpm) / 60_000 : amount
      if (!Number.isFinite(beats)) return
      const one = current()
      if (one) one.whole += beats
      correct(beats, at)
    },
    resync(at = now()) {
      const one = current()
      const target = oneAt(at)
      if (one) one.whole += Math.round(target - (one.follower.beatAt(at) * scale + one.whole))
      jump(target, at)
    },
    half(at = now()) { rescale(0.5, at) },
    double(at = now()) { rescale(2, at) },
    next: (unit, after = now()) => (Math.floor(beatAt(after) / lengths[unit] + 1e-9) + 1) * lengths[unit],
    whenBeat(beat) {
      // A correction changes the line's speed by a quarter at most, so the moment lies between these.
      const far = (Math.abs(beat - anchorBeat) + Math.abs(error) + 1) * 2
      let [low, high] = [anchorMs - (far * 60_000) / bpm, anchorMs + (far * 60_000) / bpm]
      for (let i = 0; i < 60; i++) {
        const middle = (low + high) / 2
        if (beatAt(middle) < beat) low = middle
        else high = middle
      }
      return high
    },
    positionAt(ms, into) {
      const beat = beatAt(ms)
      into.beat = beat
      into.phase = beat - Math.floor(beat)
      into.bar = Math.floor(beat / beatsPerBar)
      into.barPhase = beat / beatsPerBar - into.bar
      into.phrase = Math.floor(beat / phrase)
      into.phrasePhase = beat / phrase - into.phrase
      return into
    },
  }
}
