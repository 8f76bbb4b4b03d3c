import type { ControlEvent, Inbox, ParamEvent } from './types.js'

export interface InboxOptions {
  /** Events that may wait at once. The last quarter is kept for presses, steps and triggers. */
  readonly room?: number
  /** Controls whose positions are played as a button's: each is kept, for a press and its release may both come within one tick. */
  readonly isButton?: (control: string) => boolean
  /** Addresses that are fired rather than set: each is kept. */
  readonly isTrigger?: (address: string) => boolean
}

const NONE = -1
/** Where the newest waiting event of one name lies, and whether it is of this round. */
interface Waiting { slot: number; round: number }

/** See {@link Inbox}. All its memory is made here; names are remembered so that the same controls cost nothing again. */
export const createInbox = ({ room = 4096, isButton, isTrigger }: InboxOptions = {}): Inbox => {
  const controls = Array.from({ length: room }, (): ControlEvent => ({ control: '', kind: 'position', value: 0, at: 0 }))
  const params = Array.from({ length: room }, (): ParamEvent => ({ address: '', value: undefined, at: 0, from: '' }))
  // A list through the slots: what is renewed moves to its end, and the free ones wait in a list of their own.
  const next = Int32Array.from({ length: room }, (_, i) => (i + 1 < room ? i + 1 : NONE))
  const before = new Int32Array(room).fill(NONE)
  const isParam = new Uint8Array(room)
  /** Order of arrival of each slot. */
  const order = new Float64Array(room)
  const positions = new Map<string, Waiting>()
  const turns = new Map<string, Waiting>()
  const values = new Map<string, Waiting>()
  const reserve = Math.floor(room * 0.75)
  let [head, tail, free, used, arrived, lastDiscrete, round, dropped] = [NONE, NONE, room > 0 ? 0 : NONE, 0, 0, 0, 1, 0]

  const unlink = (slot: number) => {
    const [a, b] = [before[slot] ?? NONE, next[slot] ?? NONE]
    if (a === NONE) head = b
    else next[a] = b
    if (b === NONE) tail = a
    else before[b] = a
  }
  const append = (slot: number) => {
    before[slot] = tail
    next[slot] = NONE
    if (tail === NONE) head = slot
    else next[tail] = slot
    tail = slot
    order[slot] = ++arrived
  }
  const take = (limit: number): number => {
    if (used >= limit || free === NONE) {
      dropped += 1
      return NONE
    }
    const slot = free
    free = next[slot] ?? NONE
    used += 1
    append(slot)
    return slot
  }
  const again = (slot: number) => {
    if (slot === tail) return
    unlink(slot)
    append(slot)
  }
  /** The slot in which this name waits, or NONE. */
  const waitingIn = (names: Map<string, Waiting>, name: string) => {
    const waiting = names.get(name)
    return waiting?.round === round ? waiting.slot : NONE
  }
  const remember = (names: Map<string, Waiting>, name: string, slot: number) => {
    const waiting = names.get(name)
    if (waiting) {
      waiting.slot = slot
      waiting.round = round
    } else names.set(name, { slot, round })
  }
  const putControl = (slot: number, control: string, kind: ControlEvent['kind'], value: number, at: number) => {
    const event = controls[slot]
    if (!event) return
    isParam[slot] = 0
    event.control = control
    event.kind = kind
    event.value = value
    event.at = at
  }

  return {
    control(control, kind, value, at) {
      // What is no number must not take the place of one.
      if (!Number.isFinite(value)) return
      if (kind === 'position' || kind === 'steps') {
        const names = kind === 'position' ? positions : turns
        const slot = waitingIn(names, control)
        // Turns are not added up across a press: what it switched may change what they do.
        const renews = slot !== NONE && (kind === 'position' ? isButton?.(control) !== true : (order[slot] ?? 0) > lastDiscrete)
        if (renews) {
          putControl(slot, control, kind, kind === 'steps' ? (controls[slot]?.value ?? 0) + value : value, at)
          again(slot)
          return
        }
        const fresh = take(kind === 'position' && isButton?.(control) !== true ? reserve : room)
        if (fresh === NONE) return
        putControl(fresh, control, kind, value, at)
        remember(names, control, fresh)
        return
      }
      const slot = take(room)
      if (slot === NONE) return
      putControl(slot, control, kind, value, at)
      lastDiscrete = arrived
    },
    param(address, value, at, from) {
      if (typeof value === 'number' && !Number.isFinite(value)) return
      const fires = value === undefined || isTrigger?.(address) === true
      let slot = fires ? NONE : waitingIn(values, address)
      if (slot === NONE) {
        slot = take(fires ? room : reserve)
        if (slot === NONE) return
        if (!fires) remember(values, address, slot)
      } else again(slot)
      const event = params[slot]
      if (!event) return
      isParam[slot] = 1
      event.address = address
      event.value = value
      event.at = at
      event.from = from
    },
    drain(sink) {
      // Only what waits now: what the sink itself puts in is for the next time.
      const until = arrived
      round += 1
      while (head !== NONE && (order[head] ?? 0) <= until) {
        const slot = head
        unlink(slot)
        used -= 1
        const [control, param] = [controls[slot], params[slot]]
        try {
          if (isParam[slot] === 1 && param) sink.param(param)
          else if (control) sink.control(control)
        } finally {
          if (param) param.value = undefined
          next[slot] = free
          free = slot
        }
      }
      for (const names of [positions, turns, values]) if (names.size > 4 * room) names.clear()
    },
    get dropped() { return dropped },
  }
}
