import { realTime, type Time } from '../../engine/clock.js'
import type { BeatClock } from '../types.js'

export interface ClockOutOptions {
  readonly beat: Pick<BeatClock, 'bpm' | 'beatAt'>
  /** Sends one message to whatever follows. */
  readonly send: (bytes: readonly number[]) => void
  readonly time?: Time
}

export interface ClockOut {
  /** Tells followers to play from the beat the clock stands on. */
  start(): void
  /** Tells followers to stop; ticks go on, so that they keep the tempo. */
  stop(): void
  close(): void
}

const PER_BEAT = 24
const [TICK, START, CONTINUE, STOP] = [[0xf8], [0xfa], [0xfb], [0xfc]] as const
/** Followers count ticks, so late ones are sent all the same, at most so much faster than the music. */
const CATCH_UP = 0.5
/** A clock that jumped by more than this (a resync, a cue) is followed by a new song position instead of ticks. */
const JUMP_TICKS = 24
/** Song positions go up to 16383 sixteenths; then they begin anew. */
const POSITIONS = 16384
/** A timer may fire this early. */
const EARLY_MS = 0.3

/**
 * Sends 24 ticks a beat. Which tick is due is computed from the clock each time, so nothing drifts; ticks that are late follow
 * at no more than twice the tempo, never in a burst, and none is left out while the beat goes on.
 */
export const createClockOut = ({ beat, send, time = realTime }: ClockOutOptions): ClockOut => {
  const ticksAt = (ms: number) => beat.beatAt(ms) * PER_BEAT
  /** Number of the newest tick that was sent. */
  let sent = Math.ceil(ticksAt(time.now())) - 1
  let playing = false
  let closed = false
  let cancel = () => {}

  /** Followers take a song position only while they stand. */
  const place = (tick: number) => {
    const sixteenth = Math.max(0, Math.round(tick / 6)) % POSITIONS
    send([0xf2, sixteenth & 127, sixteenth >> 7])
    send(sixteenth === 0 ? START : CONTINUE)
    return sixteenth
  }
  const realign = (ticks: number) => {
    // On to the next sixteenth, the only places there are.
    const next = Math.ceil(ticks / 6) * 6
    if (playing) {
      send(STOP)
      place(next)
      sent = next - 1
    } else sent = Math.floor(ticks)
  }
  const periodMs = () => 60_000 / Math.min(400, Math.max(20, beat.bpm)) / PER_BEAT
  const turn = () => {
    if (closed) return
    const period = periodMs()
    const now = time.now()
    const owed = ticksAt(now + EARLY_MS) - sent
    if (!Number.isFinite(owed)) {
      cancel = time.after(period, turn)
      return
    }
    if (owed > JUMP_TICKS || owed < -JUMP_TICKS) realign(ticksAt(now))
    else if (owed >= 1) {
      sent += 1
      send(TICK)
    }
    const wait = (sent + 1 - ticksAt(time.now())) * period
    cancel = time.after(Math.max(period * CATCH_UP, Math.min(wait, period * 2)), turn)
  }
  const first = (sent + 1 - ticksAt(time.now())) * periodMs()
  cancel = time.after(Math.max(0, first), turn)
  return {
    start() {
      playing = true
      realign(ticksAt(time.now()))
    },
    stop() {
      playing = false
      send(STOP)
    },
    close() {
      closed = true
      cancel()
    },
  }
}
