import type { Observable } from 'rxjs'
import type { Fault, Status } from '../engine/types.js'

/**
 * What a hand did to a control. Controls are named by path, device first:
 * `midi/<device slug>/<channel 1-16>/cc/<n>`, `.../cc14/<n>`, `.../nrpn/<n>`, `.../note/<n>`, `.../bend`, `.../pressure`, `.../program`,
 * `osc/<address without its first slash>`, `key/<name>`.
 */
export interface ControlEvent {
  control: string
  /** `position`: where it stands; `steps`: how far an endless encoder was turned; `press` and `release` of a button or key. */
  kind: 'position' | 'steps' | 'press' | 'release'
  /** Position 0..1; steps, signed; velocity 0..1 of a press; of a program change, which is a press, its number 0..127. */
  value: number
  /** Milliseconds on `performance.now()`'s clock. */
  at: number
}

/** A parameter that is played directly by its address: from OSC, OSCQuery or the operator's window. */
export interface ParamEvent {
  address: string
  /** Not checked yet; `undefined` fires a trigger. */
  value: unknown
  at: number
  /** Id of the surface it came from, which is not told of it again. */
  from: string
}

/** Where events wait for the next tick. Of what has a position only the newest is kept; presses, steps and triggers keep their order and number. Bounded. */
export interface Inbox {
  control(control: string, kind: ControlEvent['kind'], value: number, at: number): void
  param(address: string, value: unknown, at: number, from: string): void
  /** Gives everything that waits, in order of arrival, and forgets it. The objects are reused: nothing may keep them. */
  drain(sink: { control(event: Readonly<ControlEvent>): void; param(event: Readonly<ParamEvent>): void }): void
  /** Events that found no room. */
  readonly dropped: number
}

/** A family of controllers: MIDI, OSC, keys. Opens even where its system is missing: that is a Fault and a Status, not an exception. */
export interface Surface {
  readonly id: string
  readonly status$: Observable<Status>
  readonly fault$: Observable<Fault>
  close(): Promise<void>
}

/** Where the music is. */
export interface BeatClock {
  /** Beats per minute, 20 to 400, with decimals; setting it keeps the phase. */
  bpm: number
  readonly beatsPerBar: number
  readonly barsPerPhrase: number
  /** Beats since the one of the first bar, at the moment (ms) given: evaluated when it is drawn, not when something ticked. */
  beatAt(ms: number): number
  source: 'internal' | 'tap' | 'midi' | 'audio' | 'link'
}

/** What was heard, as of the newest tick. The same object and arrays all along. */
export interface AudioView {
  /** False in silence of a vanished interface: everything else is 0 then. */
  readonly present: boolean
  /** Loudness 0..1. */
  readonly level: number
  /** Bass, low mids, high mids, treble: each 0..1, normalised to the last seconds. */
  readonly bands: Float32Array
  /** Magnitudes 0..1, 256 bins from 0 Hz up. */
  readonly spectrum: Float32Array
  /** The newest 512 samples, -1..1. */
  readonly wave: Float32Array
  /** Rises by 1 with every onset. */
  readonly onsets: number
  /** Tempo as heard, and how sure that is (0..1); 0 before any. */
  readonly bpm: number
  readonly confidence: number
}

/** How a subject moves, for modulators. */
export interface Followed {
  /** Centre, parts of the picture, y up; share of the picture it covers; speed in picture heights a second. */
  readonly x: number
  readonly y: number
  readonly size: number
  readonly speed: number
  readonly present: boolean
}

/** All that modulators may listen to, at one tick. */
export interface Signals {
  readonly time: number
  readonly dt: number
  readonly beat: number
  readonly audio: AudioView | undefined
  /** `subject` counts from 1, as in a set file. The same object may be given again. */
  followed(source: string, subject: number): Followed | undefined
}
