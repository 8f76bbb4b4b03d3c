import type { RelativeEncoding } from './relative.js'

/** Straight RGB, each 0..1. */
export type Rgb = readonly [number, number, number]

/**
 * How a control shows a level 0..1 (and a colour, where it has more than one): the messages to send, none where it shows
 * nothing. `number` is the control's own, `channel` 0..15.
 */
export type Light = (level: number, colour: Rgb | undefined, channel: number, number: number) => readonly (readonly number[])[]

export interface ProfileControl {
  /** What the performer calls it: "fader 1", "pad 12". */
  readonly label: string
  /** Its name without `midi/<device>/`: `1/cc/0`. */
  readonly control: string
  readonly kind: 'fader' | 'knob' | 'encoder' | 'button' | 'pad'
  readonly encoding?: RelativeEncoding
  readonly light?: Light
}

/** What is known of one make of controller. */
export interface Profile {
  /** Its name in control names. */
  readonly id: string
  readonly label: string
  /** Port names, whatever the system adds to them, of the one pair of ports to use. */
  readonly ports: { readonly input: RegExp; readonly output: RegExp }
  readonly controls: readonly ProfileControl[]
  /** Messages sent when it is plugged in, and when Doppel ends. */
  readonly begin?: readonly (readonly number[])[]
  readonly end?: readonly (readonly number[])[]
  /** What the performer has to set on the device itself. */
  readonly note?: string
}

/** So many controls in a row: `{ 1 }`, `{ 2 }` ... in the label, and the name made from the index (0 first). */
export const row = (count: number, kind: ProfileControl['kind'], label: (i: number) => string, control: (i: number) => string, more: Pick<ProfileControl, 'encoding' | 'light'> = {}): ProfileControl[] =>
  Array.from({ length: count }, (_, i) => ({ label: label(i), control: control(i), kind, ...more }))

const level7 = (level: number): number => Math.min(127, Math.max(0, Math.round(level * 127)))

/** Lights that are on or off: the value of its own CC or note. */
export const onOffCc: Light = (level, _colour, channel, number) => [[0xb0 | channel, number, level > 0 ? 127 : 0]]
export const onOffNote: Light = (level, _colour, channel, number) => [[0x90 | channel, number, level > 0 ? 1 : 0]]
/** A ring or motor that stands where its own CC says. */
export const positionCc: Light = (level, _colour, channel, number) => [[0xb0 | channel, number, level7(level)]]

/** The corners of the colour cube in the palette that Launchpads and APCs share: velocities for black, the six pure colours and white. */
const PALETTE: readonly (readonly [velocity: number, rgb: Rgb])[] = [
  [3, [1, 1, 1]], [5, [1, 0, 0]], [9, [1, 0.33, 0]], [13, [1, 1, 0]], [21, [0, 1, 0]], [37, [0, 0.66, 1]], [45, [0, 0, 1]], [53, [1, 0, 1]],
]
const WHITE: Rgb = [1, 1, 1]

/** The palette's velocity nearest to a colour, whatever its brightness. */
export const paletteOf = (colour: Rgb = WHITE): number => {
  const most = Math.max(...colour)
  if (!(most > 0)) return 0
  const far = ([r, g, b]: Rgb) => (r - colour[0] / most) ** 2 + (g - colour[1] / most) ** 2 + (b - colour[2] / most) ** 2
  return PALETTE.reduce((best, each) => (far(each[1]) < far(best[1]) ? each : best))[0]
}

/** A colour at a level, in whole steps of 0..`most`. */
export const dimmed = (level: number, colour: Rgb = WHITE, most: number): readonly [number, number, number] => {
  const part = (share: number) => Math.round(Math.min(1, Math.max(0, share * level)) * most)
  return [part(colour[0]), part(colour[1]), part(colour[2])]
}
