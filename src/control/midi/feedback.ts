import type { Registry } from '../../engine/registry.js'
import type { BindingDecl } from '../binding.js'
import { createLook, lightMessages, type Look } from './light.js'
import { parseControl, type MidiControl } from './names.js'
import { profileControl } from './profiles.js'
import type { MidiDevice, MidiSurface } from './surface.js'

export interface FeedbackOptions {
  readonly registry: Registry
  readonly surface: Pick<MidiSurface, 'devices' | 'device$' | 'listen' | 'send' | 'want'>
  readonly bindings: readonly BindingDecl[]
  /** Most messages to one device at one flush; 24 a tick is what USB controllers take without falling behind. */
  readonly perFlush?: number
}

export interface MidiFeedback {
  /** Other bindings: lights of controls that are bound no more go out. */
  bind(bindings: readonly BindingDecl[]): void
  /** Sends what changed since the last time, the newest value of each control; once a tick, with its time (ms). */
  flush(at: number): void
  /** Puts the lights out. */
  close(): void
}

/** A fader that moved by hand is left alone for so long, ms: a motor must not fight the hand. */
const HANDS_OFF_MS = 300
const PER_FLUSH = 24

interface Shown {
  readonly name: string
  readonly control: MidiControl
  readonly look: () => Look
  /** What it shows, as far as is known. */
  last: string
  /** A fader or knob: a position between its ends came from it. */
  moves: boolean
  movedAt: number
}

const OFF: Look = { level: 0, colour: undefined }

/** Shows values on the controllers that play them: lights, rings and motor faders. A device that comes back gets everything again. */
export const createMidiFeedback = ({ registry, surface, bindings, perFlush = PER_FLUSH }: FeedbackOptions): MidiFeedback => {
  const shown = new Map<string, Shown>()
  const byAddress = new Map<string, Shown[]>()
  const changed = new Set<Shown>()
  const devices = new Map<string, MidiDevice>(surface.devices.map((device) => [device.slug, device]))
  const spent = new Map<string, number>()
  let decls = bindings

  const messagesOf = ({ name, control }: Shown, look: Look) => lightMessages(devices.get(control.device)?.profile, name, control, look)
  const show = (each: Shown, messages: readonly (readonly number[])[]) => {
    each.last = messages.join(' ')
    for (const bytes of messages) surface.send(each.control.device, bytes)
  }
  const isConnected = ({ control }: Shown) => devices.get(control.device)?.connected === true

  /** A binding to any device is one to each that is there. */
  const namesOf = ({ from }: BindingDecl): readonly string[] =>
    (from.startsWith('midi/*/') ? [...devices.keys()].map((slug) => from.replace('*', slug)) : [from])

  const bind = (next: readonly BindingDecl[]) => {
    decls = next
    const before = new Map(shown)
    shown.clear()
    byAddress.clear()
    changed.clear()
    for (const binding of decls) {
      const param = registry.get(binding.to)
      for (const name of param ? namesOf(binding) : []) {
        const control = parseControl(name)
        // Of several bindings of one control the first is shown.
        if (!control || !param || shown.has(name)) continue
        surface.want(name)
        const old = before.get(name)
        const each: Shown = { name, control, look: createLook(binding, param), last: old?.last ?? '', moves: old?.moves ?? false, movedAt: old?.movedAt ?? Number.NEGATIVE_INFINITY }
        shown.set(name, each)
        byAddress.set(binding.to, [...(byAddress.get(binding.to) ?? []), each])
        changed.add(each)
      }
    }
    for (const [name, old] of before) if (!shown.has(name) && isConnected(old)) show(old, messagesOf(old, OFF))
  }
  bind(bindings)

  const changes = registry.change$.subscribe(({ param }) => {
    for (const each of byAddress.get(param.address) ?? []) changed.add(each)
  })
  const arrivals = surface.device$.subscribe((device) => {
    const fresh = !devices.has(device.slug)
    devices.set(device.slug, device)
    if (!device.connected) return
    if (fresh && decls.some(({ from }) => from.startsWith('midi/*/'))) bind(decls)
    for (const each of shown.values()) {
      if (each.control.device !== device.slug) continue
      each.last = ''
      changed.add(each)
    }
  })
  const unlisten = surface.listen((name, kind, value, at) => {
    const each = shown.get(name)
    if (!each || kind === 'steps' || kind === 'release') return
    if (kind === 'position') {
      const make = profileControl(devices.get(each.control.device)?.profile, name)?.kind
      if (make ? make === 'fader' || make === 'knob' : value > 0 && value < 1) each.moves = true
      each.movedAt = at
      // It stands where the hand put it.
      each.last = each.moves ? messagesOf(each, { level: value, colour: undefined }).join(' ') : ''
    } else each.last = ''
    // Buttons light themselves as they like when pressed: what is right is sent again.
    changed.add(each)
  })

  return {
    bind,
    flush(at) {
      spent.clear()
      for (const each of changed) {
        const { control: { device } } = each
        if (!isConnected(each)) {
          changed.delete(each)
          continue
        }
        if (each.moves && at - each.movedAt < HANDS_OFF_MS) continue
        const messages = messagesOf(each, each.look())
        const already = messages.join(' ') === each.last
        const sum = (spent.get(device) ?? 0) + (already ? 0 : messages.length)
        if (sum > perFlush && !already && (spent.get(device) ?? 0) > 0) continue
        spent.set(device, sum)
        changed.delete(each)
        if (!already) show(each, messages)
      }
    },
    close() {
      unlisten()
      changes.unsubscribe()
      arrivals.unsubscribe()
      for (const each of shown.values()) if (isConnected(each)) show(each, messagesOf(each, OFF))
    },
  }
}
