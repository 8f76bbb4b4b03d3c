import type { Wanted } from './clip-control.js'
import type { FramePool, Held } from './held.js'
import type { Lane } from './lane.js'
import type { Reader, Report } from './reader.js'
import { messageOf } from '../engine/error.js'

export interface PlayerOptions {
  readonly reader: Reader
  readonly pool: FramePool
  /** Whether to expect a loop point; without, what one needs is opened when one comes. */
  readonly loops: boolean
  readonly publish: (held: Held, generation: number) => void
  readonly report: Report
  readonly createLane: (reader: Reader, pool: FramePool) => Lane
}

/** Finds the picture for each request and decodes ahead of the next, one picture at a time. */
export interface Player {
  /** Before the show: decodes the clip's first picture, which is given, and opens what a loop point needs. Undefined when none can be decoded. */
  begin(): Held | undefined
  /** Publishes the picture that is due; false while it is not decoded yet. */
  serve(wanted: Readonly<Wanted>): boolean
  /** Does one packet's worth of work towards the requests to come; false when everything foreseeable is there. */
  prepare(wanted: Readonly<Wanted>): boolean
  close(): void
}

/** Pictures decoded ahead at normal speed; more when faster. */
const AHEAD = 6
const AHEAD_MOST = 24
/** How long before a loop point (in seconds of playing) the pictures after it are decoded. */
const PREROLL_SECONDS = 3
/**
 * With more time than this the decoder at the loop point is given one packet for every few requests: given all at once, it would make
 * the worker wait for its keyframe, which takes as long as several pictures, while the pictures that are due wait for the worker.
 */
const UNHURRIED_SECONDS = 0.5
const UNHURRIED_REQUESTS = 2
/** Ping-pong keeps more of what it has passed when the turn is this close. */
const TURN_SECONDS = 1.5

interface Track { readonly lane: Lane; readonly reader: Reader }

export const createPlayer = ({ reader, pool, loops, publish, report, createLane }: PlayerOptions): Player => {
  let playing: Track = { lane: createLane(reader, pool), reader }
  // Waits on the other side of the loop point with its own decoder, so that the loop has no seam.
  let waiting: Track | undefined
  let waitsAt = Number.NaN
  let waitsFor: 1 | -1 = 1
  let unable = false
  let prerolledFor = Number.NEGATIVE_INFINITY
  let lap = 0
  let publishedTime = Number.NaN
  let publishedGeneration = -1
  let aimedGeneration = -1
  let standInFor = -1
  // How far the newest step has come.
  let stepGeneration = -1
  let stepAt = 0
  let stepLeft = 0

  const put = (held: Held, generation: number, again: boolean) => {
    if (held.time !== publishedTime || again) publish(held, generation)
    publishedTime = held.time
    publishedGeneration = generation
  }

  const swap = () => {
    if (!waiting) return
    const before = playing
    playing = waiting
    waiting = before
    before.lane.clear()
    waitsAt = Number.NaN
  }

  /** Goes as many of the frames to step as are decoded; true when all are gone. */
  const serveStep = (wanted: Readonly<Wanted>): boolean => {
    if (stepGeneration !== wanted.generation) {
      stepGeneration = wanted.generation
      stepAt = wanted.position
      stepLeft = wanted.stepping
    } else if (publishedGeneration === stepGeneration) return true
    const { lane } = playing
    for (let next = lane.step(stepAt, Math.sign(stepLeft)); stepLeft !== 0 && next; next = lane.step(stepAt, Math.sign(stepLeft))) {
      const atTheEnd = next.time === lane.find(stepAt)?.time
      stepAt = next.time
      stepLeft = atTheEnd ? 0 : stepLeft - Math.sign(stepLeft)
    }
    const held = stepLeft === 0 ? lane.find(stepAt) : undefined
    // Even when it is the same picture, so that the transport learns where the step led.
    if (held) put(held, stepGeneration, true)
    return held !== undefined
  }

  const openWaiting = (): Track | undefined => {
    if (waiting || unable) return waiting
    try {
      const other = reader.again()
      waiting = { lane: createLane(other, pool), reader: other }
    } catch (thrown) {
      unable = true
      report(`the loop may stutter: the clip cannot be opened a second time (${messageOf(thrown)})`, 'check that the file is still there')
    }
    return waiting
  }

  const preroll = (wanted: Readonly<Wanted>, pictures: number): boolean => {
    if (wanted.aheadKind !== 'jump' || playing.lane.whole || wanted.aheadSeconds > PREROLL_SECONDS * Math.max(1, wanted.pace)) return false
    const track = openWaiting()
    if (!track) return false
    if (waitsAt !== wanted.aheadPosition || waitsFor !== wanted.direction) {
      track.lane.clear()
      waitsAt = wanted.aheadPosition
      waitsFor = wanted.direction
    }
    if (!wanted.exact && wanted.aheadSeconds > UNHURRIED_SECONDS * Math.max(1, wanted.pace)) {
      if (wanted.serial - prerolledFor < UNHURRIED_REQUESTS) return false
      prerolledFor = wanted.serial
    }
    return track.lane.work(waitsAt, waitsFor, pictures)
  }

  return {
    begin() {
      while (playing.lane.work(0, 1, AHEAD / 2));
      // A second decoder opened while the clip plays would hold its pictures up.
      if (loops && !playing.lane.whole) openWaiting()
      return playing.lane.find(0)
    },
    serve(wanted) {
      if (wanted.stepping !== 0) return serveStep(wanted)
      const { position, direction, generation, exact, serial } = wanted
      if (wanted.lap !== lap) {
        lap = wanted.lap
        if (waiting && !playing.lane.whole && waitsFor === direction && !Number.isNaN(waitsAt)) swap()
      }
      if (aimedGeneration !== generation) {
        aimedGeneration = generation
        playing.lane.aim(position, direction)
      }
      const held = playing.lane.find(position)
      playing.lane.trim(position, direction, wanted.aheadKind === 'turn' && wanted.aheadSeconds < TURN_SECONDS * Math.max(1, wanted.pace))
      if (held) {
        put(held, generation, false)
        return true
      }
      if (exact || standInFor === serial || generation !== publishedGeneration) return false
      standInFor = serial
      const nearest = playing.lane.nearest(position)
      const moves = nearest && (direction > 0 ? nearest.time > publishedTime : nearest.time < publishedTime)
      if (nearest && moves) put(nearest, generation, false)
      return false
    },
    prepare(wanted) {
      const pictures = Math.min(AHEAD_MOST, Math.ceil(AHEAD * Math.max(1, wanted.pace)))
      if (wanted.stepping === 0) return playing.lane.work(wanted.position, wanted.direction, pictures) || preroll(wanted, pictures)
      playing.lane.trim(stepAt, stepLeft < 0 ? -1 : 1, true)
      return playing.lane.work(stepAt, stepLeft < 0 ? -1 : 1, pictures)
    },
    close() {
      playing.lane.clear()
      waiting?.lane.clear()
      // The first reader belongs to the caller.
      for (const track of [playing, waiting]) if (track && track.reader !== reader) track.reader.close()
    },
  }
}
