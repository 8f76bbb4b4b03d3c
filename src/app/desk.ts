import { createAudio } from '../control/audio/index.js'
import { createBeatClock, openLink, type LinkDoor, type PlayedBeatClock } from '../control/beat/index.js'
import { createClockOut, type ClockOut } from '../control/midi/clock-out.js'
import { createMidiFeedback } from '../control/midi/feedback.js'
import { openMidi, type MidiSurface } from '../control/midi/surface.js'
import { openOsc, type OscSurface } from '../control/osc/surface.js'
import type { BeatClock, Followed, Signals, Surface } from '../control/types.js'
import { CLOCK_SOURCE } from '../engine/controls.js'
import { DoppelError, messageOf } from '../engine/error.js'
import type { Faults } from '../engine/guard.js'
import type { Registry } from '../engine/registry.js'
import type { Tick } from '../engine/types.js'
import { openSound, type Sound } from '../inputs/sound/sound.js'
import { createLiveLearn, type LiveLearn } from './live-learn.js'
import { createPlaying, type Playing, type PlayingOptions } from './playing.js'
import type { ShowPlan } from './plan.js'
import type { Show, ShowBeat } from './show.js'

/** What a command line says about controllers. */
export interface DeskOptions {
  /** Undefined opens no OSC. */
  readonly osc?: { readonly host: string; readonly port: number; readonly queryPort: number; readonly token: string | undefined } | undefined
  readonly midi: 'all' | 'none' | readonly string[]
  /** Whether somebody asked for MIDI: else a machine without it is not worth a word. */
  readonly midiAsked: boolean
  /** A device or a sound file; undefined listens to nothing. */
  readonly audio?: { readonly kind: 'device'; readonly name: string } | { readonly kind: 'file'; readonly path: string } | undefined
  readonly source: BeatClock['source']
  readonly bpm: number
  /** Rendered offline: nothing comes from outside, and time stands between ticks. */
  readonly offline: boolean
}

/** The music: its beat and what is heard of it. Opened before the show, which is drawn by it. */
export interface Music {
  readonly beat: PlayedBeatClock
  readonly audio: ReturnType<typeof createAudio>
  /** For the show. */
  readonly show: ShowBeat
  /** Once per tick, first of all. */
  advance(tick: Tick): void
  /** Resolves when all that is due has been heard (offline). */
  settle(): Promise<void>
  close(): Promise<void>
}

const HEARD_AHEAD_SECONDS = 0.25

/** Opens the beat and the ear. Rejects with a {@link DoppelError} for a sound file that cannot be heard; an interface that is not there is a fault. */
export const openMusic = async (plan: ShowPlan, { audio: from, bpm, source, offline }: Pick<DeskOptions, 'audio' | 'bpm' | 'source' | 'offline'>, faults: Faults, join = openLink): Promise<Music> => {
  let tickMs = 0
  const now = offline ? () => tickMs : () => performance.now()
  const beat = createBeatClock({ bpm, now, beatsPerBar: plan.desk?.clock.beatsPerBar ?? 4, barsPerPhrase: plan.desk?.clock.barsPerPhrase ?? 8 })
  let sound: Sound | undefined
  if (from) {
    try {
      sound = await openSound(from, { id: 'audio', now, leadSeconds: offline ? 0 : HEARD_AHEAD_SECONDS })
      sound.fault$.subscribe((fault) => { faults.report(fault) })
    } catch (thrown) {
      // A file was named by hand and is wrong; an interface may be plugged in for the next show.
      if (from.kind === 'file') throw thrown
      faults.report({ unit: 'audio', message: messageOf(thrown), hint: thrown instanceof DoppelError ? thrown.hint : '' })
    }
  }
  const audio = createAudio(sound)
  beat.attach('audio', audio.follower, 'beats')
  let link: LinkDoor | undefined
  let asked = false
  let closed = false
  const joinLink = async () => {
    asked = true
    // Where the package is not installed, that is its fault and no exception.
    const joined = await join(beat.bpm, beat.beatsPerBar, now)
    if (closed) return joined.close()
    link = joined
    link.fault$.subscribe((fault) => { faults.report(fault) })
    beat.attach('link', link.follower, 'bars')
  }
  if (source === 'link' && !offline) await joinLink()
  beat.source = source
  return {
    beat,
    audio,
    show: {
      get bpm() { return beat.bpm },
      set bpm(value) { beat.bpm = value },
      beatsPerBar: beat.beatsPerBar,
      now: () => beat.beatAt(now()),
    },
    advance(tick) {
      tickMs = tick.time * 1000
      sound?.advance(tick)
      if (offline) return
      // Somebody may turn to it while the show plays.
      if (beat.source === 'link' && !asked) void joinLink()
      audio.update(now())
      beat.update(now())
    },
    async settle() {
      await sound?.settle()
      audio.update(now())
      beat.update(now())
    },
    async close() {
      closed = true
      link?.close()
      await sound?.close()
    },
  }
}

/** Everything a show is played with. */
export interface Desk {
  readonly playing: Playing
  readonly midi: MidiSurface | undefined
  readonly osc: OscSurface | undefined
  /** Binding a control by moving it. */
  readonly learn: LiveLearn
  /** For status lines. */
  readonly surfaces: readonly Surface[]
  /** Before the show's own tick: what was done reaches the parameters, then cues, then modulators. */
  tick(tick: Tick): void
  close(): Promise<void>
}

/** `/clock/source`: what the beat follows. */
export const addressClockSource = (registry: Registry, owner: { source: BeatClock['source'] }): void => {
  registry.add('/clock/source', CLOCK_SOURCE, { get: () => owner.source, set: (value) => { owner.source = value as BeatClock['source'] } })
}

/** Opens OSC and OSCQuery as asked for; undefined where they are not. Rejects with a {@link DoppelError} for an open network without a token. */
export const openOscAsked = async ({ osc }: Pick<DeskOptions, 'osc'>, registry: Registry, playing: Playing): Promise<OscSurface | undefined> =>
  osc && openOsc({
    port: osc.port, host: osc.host, query: { port: osc.queryPort, host: osc.host }, registry, inbox: playing.inbox, now: () => performance.now(),
    isBound: (control) => playing.bindings.of(control).length > 0,
    ...(osc.token !== undefined && { token: osc.token }),
  })

/** Opens the controllers of a show. Rejects with a {@link DoppelError} only where a network is to be opened without a token. */
export const openDesk = async (plan: ShowPlan, show: Show, music: Music, options: DeskOptions, faults: Faults, monitor?: PlayingOptions['monitor']): Promise<Desk> => {
  const { beat, audio } = music
  const now = () => performance.now()
  const registry = show.registry
  addressClockSource(registry, beat)
  const playing = createPlaying({
    plan: plan.control, registry, show, scenes: plan.scenes.map(({ slug }) => slug), seed: plan.seed, beat, faults, now,
    clock: { tap: beat.tap, resync: beat.resync, nudge: (beats) => { beat.nudge(beats, 'beats') }, half: beat.half, double: beat.double },
    ...(monitor && { monitor }),
  })
  const osc = await openOscAsked(options, registry, playing)
  osc?.fault$.subscribe((fault) => { faults.report(fault) })
  const midi = options.midi === 'none' ? undefined : await openMidi({ inbox: playing.inbox, names: options.midi })
  if (options.midiAsked) midi?.fault$.subscribe((fault) => { faults.report(fault) })
  const clocks: ClockOut[] = []
  if (midi) {
    beat.attach('midi', midi.clock, 'bars')
    for (const { from, encoding } of plan.control.bindings) {
      midi.want(from)
      if (encoding) midi.encode(from, encoding)
    }
    for (const name of plan.desk?.midi.clockOut ?? []) {
      const out = createClockOut({ beat, send: (bytes) => { for (const device of midi.devices) if (device.name.includes(name)) midi.send(device.slug, bytes) } })
      out.start()
      clocks.push(out)
    }
  }
  const feedback = midi && createMidiFeedback({ registry, surface: midi, bindings: playing.bindings.list })
  const learn = createLiveLearn({ registry, playing, midi, now })
  const followed: { -readonly [K in keyof Followed]: Followed[K] } = { x: 0, y: 0, size: 0, speed: 0, present: false }
  const signals: { -readonly [K in keyof Signals]: Signals[K] } = {
    time: 0, dt: 0, beat: 0, audio: audio.view,
    followed(source, subject) {
      const facts = show.facts(source, subject)
      if (!facts) return undefined
      followed.x = facts.centroid[0] ?? 0
      followed.y = facts.centroid[1] ?? 0
      followed.size = facts.area
      followed.speed = Math.hypot(facts.velocity[0] ?? 0, facts.velocity[1] ?? 0)
      followed.present = facts.present > 0
      return followed
    },
  }
  return {
    playing, midi, osc, learn,
    surfaces: [osc, midi].flatMap((surface) => surface ?? []),
    tick({ time, dt }) {
      signals.time = time
      signals.dt = dt
      signals.beat = music.show.now()
      playing.tick(signals)
      faults.guard('learn', undefined, learn.tick)
      if (feedback) faults.guard('midi', undefined, () => { feedback.flush(now()) })
    },
    async close() {
      learn.close()
      playing.close()
      for (const clock of clocks) clock.close()
      feedback?.close()
      await Promise.all([osc?.close(), midi?.close()])
    },
  }
}
