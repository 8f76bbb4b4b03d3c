import type { ClipControls } from '../engine/types.js'

/** Where a playhead is, and which way it goes. */
export interface Place {
  /** Media time, seconds from the clip's first frame. */
  position: number
  direction: 1 | -1
  /** Counts the loop points and turns passed. */
  lap: number
}

/** Where the playhead goes at the end of the way it is on, so that those frames can be decoded before it gets there. */
export interface Ahead {
  /** `jump`: continues elsewhere (loop). `turn`: comes back the way it went (ping-pong). `none`: stays. */
  kind: 'jump' | 'turn' | 'none'
  /** Media seconds left until then. */
  seconds: number
  /** Where a jump lands. */
  position: number
}

export interface TransportOptions {
  /** Length of the clip, seconds; 0 for a still. */
  readonly duration: number
  /** Nominal length of a frame, seconds. */
  readonly frameSeconds: number
  /** How far a position may fall short of a frame's time and still show it: covers rounded timestamps and float error. */
  readonly epsilon: number
}

/** A clip's playhead as pure arithmetic: no clock, no frames. Positions always choose the newest frame at or before them. */
export interface Transport {
  readonly controls: ClipControls
  readonly place: Readonly<Place>
  /** Counts seeks, steps and other jumps. */
  readonly generation: number
  /** Frames still to step from `place.position`; 0 once {@link Transport.arrive} told where that is. */
  readonly stepping: number
  /** True when a clip that plays once has reached its end. */
  readonly ended: boolean
  advance(dt: number): void
  /** Where the playhead will be `seconds` from now if nothing changes. The object is reused. */
  lookAhead(seconds: number): Readonly<Place>
  /** The end of the way that `place` is on. The object is reused. */
  upcoming(place: Readonly<Place>): Readonly<Ahead>
  /** The step of this generation led to the frame at `mediaTime`. */
  arrive(generation: number, mediaTime: number): void
}

const SLOWEST = 0.1
const FASTEST = 4

const clampSpeed = (speed: number): number => {
  const size = Math.min(FASTEST, Math.abs(speed))
  return size === 0 ? 0 : Math.sign(speed) * Math.max(SLOWEST, size)
}

export const createTransport = ({ duration, frameSeconds, epsilon }: TransportOptions): Transport => {
  // The last position that still chooses a frame before `end`.
  const within = (end: number) => Math.max(0, end - 2 * epsilon)
  const place: Place = { position: 0, direction: 1, lap: 0 }
  const future: Place = { position: 0, direction: 1, lap: 0 }
  const ahead: Ahead = { kind: 'none', seconds: Infinity, position: 0 }
  let playing = true
  let speed = 1
  let mode: ClipControls['mode'] = 'loop'
  let inPoint = 0
  let outPoint: number | undefined
  // Ping-pong: -1 on the way back.
  let bounce: 1 | -1 = 1
  let generation = 0
  let stepping = 0
  let ended = false
  // Neither played nor sought yet: then a reversed clip begins at its end.
  let fresh = true

  const start = () => Math.min(inPoint, Math.max(0, duration - frameSeconds))
  const end = () => Math.max(start() + Math.min(frameSeconds, duration), Math.min(outPoint ?? duration, duration))

  const jump = (position: number) => {
    place.position = position
    fresh = false
    stepping = 0
    ended = false
    generation += 1
  }

  const wrap = (to: Place, low: number, high: number) => {
    const span = high - low
    const laps = to.position > high - epsilon ? Math.floor((to.position - low + epsilon) / span)
      : to.position < low - epsilon ? -Math.ceil((low - epsilon - to.position) / span) : 0
    to.position -= laps * span
    to.lap += Math.abs(laps)
  }

  // Turns on the last place visited, not on the end itself, so no end frame is shown twice over.
  const reflect = (to: Place, low: number, high: number, step: number) => {
    const last = Math.max(low, high - step)
    if (to.direction > 0 ? to.position <= last + epsilon : to.position >= low - epsilon) return
    to.position = Math.min(last, Math.max(low, 2 * (to.direction > 0 ? last : low) - to.position))
    to.direction = to.direction > 0 ? -1 : 1
    to.lap += 1
  }

  const move = (to: Place, seconds: number): boolean => {
    const low = start()
    const high = end()
    const step = Math.abs(speed) * seconds
    to.position += to.direction * step
    if (high - low <= 2 * epsilon) {
      to.position = low
      return false
    }
    if (mode === 'loop') wrap(to, low, high)
    else if (mode === 'ping-pong') reflect(to, low, high, step)
    else {
      const over = to.direction > 0 ? to.position > high - epsilon : to.position < low
      if (over) to.position = to.direction > 0 ? within(high) : low
      return over
    }
    return false
  }

  const direction = () => (speed * bounce < 0 ? -1 : 1)
  const moving = () => playing && speed !== 0 && duration > 0

  const enter = () => {
    const low = start()
    const high = end()
    const begins = fresh && place.direction < 0
    fresh = false
    if (!begins && (ended || (place.position >= low - epsilon && place.position < high - epsilon))) return
    // Outside the in and out points, where only a paused clip may rest.
    jump(place.direction > 0 ? low : within(high))
  }

  const controls: ClipControls = {
    get playing() { return playing },
    set playing(value) { playing = value },
    get speed() { return speed },
    set speed(value) { if (Number.isFinite(value)) speed = clampSpeed(value) },
    get mode() { return mode },
    set mode(value) {
      if (value === mode) return
      mode = value
      bounce = 1
      ended = false
    },
    get inPoint() { return inPoint },
    set inPoint(value) {
      if (!Number.isFinite(value)) return
      inPoint = Math.max(0, value)
      ended = false
    },
    get outPoint() { return outPoint },
    set outPoint(value) {
      if (value !== undefined && !Number.isFinite(value)) return
      outPoint = value
      ended = false
    },
    seek(seconds) {
      if (Number.isFinite(seconds)) jump(Math.min(Math.max(0, seconds), within(duration)))
    },
    step(frames) {
      if (!Number.isFinite(frames)) return
      const before = stepping
      playing = false
      jump(place.position)
      stepping = before + Math.trunc(frames)
    },
  }

  return {
    controls,
    place,
    get generation() { return generation },
    get stepping() { return stepping },
    get ended() { return ended },
    advance(dt) {
      const before = place.direction
      place.direction = direction()
      // A reversed clip leaves the end it had stopped at.
      if (place.direction !== before) ended = false
      if (!moving()) return
      stepping = 0
      enter()
      if (dt <= 0) return
      ended = move(place, dt)
      if (place.direction !== direction()) bounce = bounce > 0 ? -1 : 1
    },
    lookAhead(seconds) {
      future.position = place.position
      future.direction = place.direction
      future.lap = place.lap
      if (moving() && seconds > 0) move(future, seconds)
      return future
    },
    upcoming(from) {
      const forwards = from.direction > 0
      ahead.kind = !moving() || mode === 'once' ? 'none' : mode === 'loop' ? 'jump' : 'turn'
      ahead.seconds = ahead.kind === 'none' ? Infinity : Math.max(0, forwards ? end() - from.position : from.position - start())
      ahead.position = forwards ? start() : within(end())
      return ahead
    },
    arrive(of, mediaTime) {
      if (stepping === 0 || of !== generation) return
      place.position = mediaTime
      stepping = 0
    },
  }
}
