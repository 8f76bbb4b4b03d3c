import { BehaviorSubject, ReplaySubject, Subject, type Observable } from 'rxjs'
import { realTime, type Time } from '../../engine/clock.js'
import { DoppelError, messageOf } from '../../engine/error.js'
import { createFaults } from '../../engine/guard.js'
import type { Fault, Status } from '../../engine/types.js'
import type { Inbox, Surface } from '../types.js'
import { createMidiClock, type MidiClock } from './clock-in.js'
import { createClockPort } from './clock-port.js'
import { createDecoder, type Decoder, type Heard } from './decode.js'
import { connect, type Connection } from './device.js'
import { freeSlug, isNamed, seenDevices, type Seen } from './match.js'
import { controlsOf } from './names.js'
import { openMidiSystem, type MidiSystem } from './ports.js'
import type { Profile } from './profiles.js'
import type { RelativeEncoding } from './relative.js'

export interface MidiOptions {
  readonly inbox: Pick<Inbox, 'control'>
  /** Devices to use: all, none, or those whose names contain one of these words. */
  readonly names: 'all' | 'none' | readonly string[]
  /** Channels (1..16) to listen to; all of them unless told. */
  readonly channels?: readonly number[]
  /** Slug or name of the one device whose clock is followed; whoever sends one, unless told. */
  readonly clockFrom?: string
  /** CCs that are endless encoders, by control name. Those of a profile are known. */
  readonly encoders?: Readonly<Record<string, RelativeEncoding | 'auto'>>
  readonly time?: Time
  /** Opens the machine's MIDI; for tests. */
  readonly system?: () => Promise<MidiSystem>
  /** How often to look for devices that came or went, ms. */
  readonly scanMs?: number
}

/** A device that is, or was, plugged in. */
export interface MidiDevice {
  readonly slug: string
  readonly name: string
  readonly profile: Profile | undefined
  readonly connected: boolean
}

export interface MidiSurface extends Surface {
  /** Every device seen so far, also unplugged ones: their names stay theirs. */
  readonly devices: readonly MidiDevice[]
  /** A device came (told twice, half a second apart: what is sent at once may be lost) or went. */
  readonly device$: Observable<MidiDevice>
  readonly clock: MidiClock
  /** Hears everything, for learning and monitors; the returned function ends it. */
  listen(hear: Heard): () => void
  /** Tells that a control (`*` stands for any device or channel) is bound: 14 bits are then given from the first message on. */
  want(control: string): void
  /** Reads a CC (`*` stands for any device or channel) as an endless encoder, or (undefined) as a position again; also of a device that is not there yet. */
  encode(control: string, encoding: RelativeEncoding | 'auto' | undefined): void
  /** Sends one whole message to a device; false when it is not there. */
  send(device: string, bytes: readonly number[]): boolean
  /** Looks for devices now. */
  scan(): void
}

interface Known {
  readonly slug: string
  seen: Seen
  decoder: Decoder
  connection: Connection | undefined
}

const UNIT = 'midi'
const SCAN_MS = 500
/** A port that could not be opened is tried again after so long, ms. */
const RETRY_MS = 2000
/** A device that was just plugged in may miss what is sent at once: it is greeted again after so long, ms. */
const AGAIN_MS = 400
/** A lower half that comes, comes within this time. */
const SETTLE_MS = 3

const deviceOf = ({ slug, seen, connection }: Known): MidiDevice => ({ slug, name: seen.name, profile: seen.profile, connected: connection !== undefined })

/** Opens MIDI. Never rejects: where there is no MIDI, that is the status and a fault, and the surface stays silent. */
export const openMidi = async (options: MidiOptions): Promise<MidiSurface> => {
  const { inbox, names, channels, encoders = {}, time = realTime, system: openSystem = () => openMidiSystem(), scanMs = SCAN_MS } = options
  const faults = createFaults(time.now)
  // Whoever subscribes after opening still learns what went wrong while opening.
  const fault$ = new ReplaySubject<Fault>(8)
  faults.fault$.subscribe(fault$)
  const status$ = new BehaviorSubject<Status>({ unit: UNIT, state: 'starting', detail: 'opening MIDI' })
  const device$ = new Subject<MidiDevice>()
  const known = new Map<string, Known>()
  const listeners = new Set<Heard>()
  const encodings = new Map(Object.entries(encoders))
  const wanted = new Set<string>()
  const clock = createMidiClock(time.now)
  const clocks = createClockPort(clock, time.now, options.clockFrom)
  let system: MidiSystem | undefined
  let settling = false
  let triedAt = Number.NEGATIVE_INFINITY
  const failed = new Set<string>()

  const hear: Heard = (control, kind, value, at, raw) => {
    inbox.control(control, kind, value, at)
    for (const listener of listeners) faults.guard(UNIT, undefined, () => listener(control, kind, value, at, raw))
  }
  const accepts = (channel: number) => channels === undefined || channels.includes(channel)
  const settleSoon = () => {
    if (settling) return
    settling = true
    time.after(SETTLE_MS, () => {
      settling = false
      for (const { decoder } of known.values()) if (decoder.waiting) decoder.settle(time.now())
    })
  }
  const decoderFor = (slug: string, profile: Profile | undefined): Decoder => {
    const decoder = createDecoder(slug, hear, accepts)
    for (const { control, encoding } of profile?.controls ?? []) if (encoding) decoder.encode(`midi/${slug}/${control}`, encoding)
    for (const [control, encoding] of encodings) for (const own of controlsOf(control, slug)) decoder.encode(own, encoding)
    for (const control of wanted) for (const own of controlsOf(control, slug)) decoder.want(own)
    return decoder
  }
  const announce = () => {
    const open = [...known.values()].filter(({ connection }) => connection).map(({ slug }) => slug)
    const detail = names === 'none' ? 'switched off' : open.length > 0 ? open.join(', ') : names === 'all' ? 'no MIDI device is plugged in' : `waiting for ${names.join(', ')}`
    const state = open.length > 0 ? 'running' : 'waiting'
    if (status$.value.state !== state || status$.value.detail !== detail) status$.next({ unit: UNIT, state, detail })
  }
  const disconnect = (device: Known) => {
    device.connection?.close()
    device.connection = undefined
    device.decoder.letGo(time.now())
    clocks.gone(device.slug)
    device$.next(deviceOf(device))
  }
  const add = (opened: MidiSystem, seen: Seen) => {
    const taken = [...known.values()].filter(({ connection }) => connection).map(({ slug }) => slug)
    const slug = freeSlug(seen.base, taken)
    if (!isNamed(names, slug, seen)) return
    const old = known.get(slug)
    const device: Known = old ?? { slug, seen, decoder: decoderFor(slug, seen.profile), connection: undefined }
    device.seen = seen
    device.connection = connect({ system: opened, faults, unit: UNIT, seen, decoder: device.decoder, clock: clocks.of(slug, seen.name), waiting: settleSoon })
    if (!device.connection) {
      failed.add(seen.key)
      return
    }
    known.set(slug, device)
    const { connection } = device
    const greet = () => {
      if (device.connection !== connection) return
      for (const bytes of seen.profile?.begin ?? []) connection.send(bytes)
      device$.next(deviceOf(device))
    }
    greet()
    time.after(AGAIN_MS, greet)
  }
  const scan = () => {
    if (!system || names === 'none') return
    const opened = system
    faults.guard(UNIT, undefined, () => {
      const seen = seenDevices(opened.inputs(), opened.outputs())
      const keys = new Set(seen.map(({ key }) => key))
      for (const device of known.values()) if (device.connection && !keys.has(device.seen.key)) disconnect(device)
      const open = new Set([...known.values()].filter(({ connection }) => connection).map(({ seen: { key } }) => key))
      const again = time.now() - triedAt >= RETRY_MS
      if (again) {
        triedAt = time.now()
        failed.clear()
        for (const { connection } of known.values()) connection?.complete()
      }
      for (const each of seen) if (!open.has(each.key) && !failed.has(each.key)) add(opened, each)
    })
    announce()
  }

  let cancel = () => {}
  const again = () => { cancel = time.after(scanMs, () => { scan(); again() }) }
  if (names === 'none') announce()
  else {
    try {
      system = await openSystem()
      scan()
      again()
    } catch (thrown) {
      const [message, hint] = [messageOf(thrown), thrown instanceof DoppelError ? thrown.hint : '']
      status$.next({ unit: UNIT, state: 'failed', detail: message })
      faults.report({ unit: UNIT, message, hint })
    }
  }
  return {
    id: UNIT, status$, fault$, device$, clock, scan,
    get devices() { return [...known.values()].map(deviceOf) },
    listen(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    want(control) {
      wanted.add(control)
      for (const { slug, decoder } of known.values()) for (const own of controlsOf(control, slug)) decoder.want(own)
    },
    encode(control, encoding) {
      if (encoding) encodings.set(control, encoding)
      else encodings.delete(control)
      for (const { slug, decoder } of known.values()) for (const own of controlsOf(control, slug)) decoder.encode(own, encoding)
    },
    send: (device, bytes) => known.get(device)?.connection?.send(bytes) ?? false,
    async close() {
      cancel()
      for (const device of known.values()) {
        for (const bytes of device.seen.profile?.end ?? []) device.connection?.send(bytes)
        device.connection?.close()
        device.connection = undefined
      }
      faults.guard(UNIT, undefined, () => system?.close())
      system = undefined
      status$.next({ unit: UNIT, state: 'closed', detail: '' })
      status$.complete()
      device$.complete()
    },
  }
}
