import { z } from 'zod'
import {
  AUDIO_BANDS, BINDING_MODES, COMPONENTS, CURVES, ENCODINGS, ENVELOPE_TRIGGERS, FOLLOWS, KEY_ACTIONS, LFO_SHAPES, MODULATOR, MODULATOR_RATES, POLARITIES, TAKEOVERS, type KeyAction,
} from '../engine/controls.js'
import { LIMITS } from './limits.js'

export const address = z.string().max(400).regex(/^(\/[a-z0-9][a-z0-9-]*)+$/, 'it must look like /scene/layer/effect/param')
export const paramValue = z.union([z.number(), z.boolean(), z.string().max(200), z.array(z.number()).max(4)])

const name = z.string().min(1).max(80)
const part = z.number().min(0).max(1)
const seconds = z.number().min(0).max(60)
const component = z.enum(COMPONENTS)
const rate = ({ min, max, default: value }: { readonly min: number; readonly max: number; readonly default: number }) => z.number().min(min).max(max).default(value)

const key = z.string().min(1).max(20)
const midi = {
  device: name.optional().describe('As its system calls it; any unless told'),
  channel: z.union([z.number().int().min(1).max(16), z.literal('any')]).default(1),
}
const seven = z.number().int().min(0).max(127)
const fourteen = z.number().int().min(0).max(16_383)
const from = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('midi-cc'), ...midi, number: seven,
    relative: z.enum(ENCODINGS).optional().describe('An endless encoder, and how it says its steps (1 up, 1 down): twos 1, 127; offset 65, 63; sign 1, 65; auto finds out. A known controller\'s are known'),
  }),
  z.strictObject({ kind: z.literal('midi-cc14'), ...midi, number: z.number().int().min(0).max(31).describe('Of the coarse half') }),
  z.strictObject({ kind: z.literal('midi-nrpn'), ...midi, number: fourteen }),
  z.strictObject({ kind: z.literal('midi-note'), ...midi, number: seven }),
  z.strictObject({ kind: z.literal('midi-bend'), ...midi }),
  z.strictObject({ kind: z.literal('midi-pressure'), ...midi }),
  z.strictObject({ kind: z.literal('midi-program'), ...midi, number: seven.optional().describe('Only this program, from 0: a press. Else its number is the value') }),
  z.strictObject({ kind: z.literal('osc'), address: z.string().max(400).regex(/^\/[!-~]+$/, 'it must look like /fader/1') }),
  z.strictObject({ kind: z.literal('key'), key: key.describe('A key\'s name, e.g. k, space, pageup') }),
])

export const binding = z.strictObject({
  from,
  to: address,
  component: component.optional().describe('Of a colour r, g, b, a; of a point x, y'),
  mode: z.enum(BINDING_MODES).optional().describe('Unless told, triggers are fired, bools toggled, everything else set'),
  range: z.tuple([z.number(), z.number()]).optional().describe('What the control\'s lowest and highest position mean'),
  curve: z.enum(CURVES).optional(),
  takeover: z.enum(TAKEOVERS).optional().describe('What a fader does that stands elsewhere than its parameter; jump unless told'),
  smoothMs: z.number().min(0).max(60_000).optional().describe('Time constant, ms'),
  sensitivity: z.number().min(0.01).max(100).optional().describe('Of an endless encoder'),
  velocity: z.boolean().optional().describe('How hard it is pressed is the value'),
  value: paramValue.optional().describe('What a press sets'),
})

const voice = {
  name: name.optional().describe('For its address, /modulators/<name>'),
  to: address,
  component: component.optional(),
  depth: rate(MODULATOR.depth).describe('How much of the range it moves through'),
  offset: rate(MODULATOR.offset),
  smoothMs: z.number().min(0).max(60_000).default(0),
  polarity: z.enum(POLARITIES).optional().describe('To both sides of what is set, or to one; what the kind suggests unless told'),
  bypass: z.boolean().default(false),
}
const every = rate(MODULATOR_RATES.every).describe('Beats')
const glide = part.default(0).describe('Part of a step spent on the way to the next')

export const modulator = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('lfo'), ...voice, shape: z.enum(LFO_SHAPES).default('sine'), every,
    hz: z.number().min(MODULATOR_RATES.hz.min).max(MODULATOR_RATES.hz.max).optional().describe('Times a second, in place of beats'), phase: part.default(0), width: part.default(0.5),
  }),
  z.strictObject({
    kind: z.literal('envelope'), ...voice, trigger: z.enum(ENVELOPE_TRIGGERS).default('beat'), every: every.default(1),
    control: z.string().min(1).max(200).optional().describe('Of the trigger control: midi/<device>/<channel>/note/<n>, key/<name>; * is any'), address: address.optional(),
    attack: seconds.default(0), hold: seconds.default(0), decay: seconds.default(0.3), sustain: part.default(0), release: seconds.default(0.3),
  }),
  z.strictObject({ kind: z.literal('audio'), ...voice, band: z.enum(AUDIO_BANDS).default('level'), gain: z.number().min(0).max(16).default(1), floor: z.number().min(0).max(0.99).default(0) }),
  z.strictObject({ kind: z.literal('random'), ...voice, every: every.default(1), loop: z.number().int().min(0).max(1024).default(0).describe('Steps after which it repeats; 0 never does'), glide }),
  z.strictObject({ kind: z.literal('steps'), ...voice, every: every.default(1), values: z.array(part).min(1).max(LIMITS.steps), glide }),
  z.strictObject({
    kind: z.literal('follow'), ...voice, source: z.string().max(80).describe('A name under sources'), subject: z.number().int().min(1).max(LIMITS.subjects).default(1), what: z.enum(FOLLOWS),
    range: z.tuple([z.number().min(-100).max(100), z.number().min(-100).max(100)]).default([0, 1]).describe('What counts as none and as all of it'),
  }),
])

export const advance = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('manual') }),
  z.strictObject({ kind: z.literal('timed'), seconds: z.number().min(0.05).max(LIMITS.seconds) }),
  z.strictObject({ kind: z.literal('beats'), beats: z.number().min(0.25).max(100_000) }),
])

const keyNames = z.union([key, z.array(key).max(LIMITS.keys)]).optional()
/** An action to its key or keys; an empty list leaves it without. */
export const keys = z.strictObject(Object.fromEntries(KEY_ACTIONS.map((action) => [action, keyNames])) as Record<KeyAction, typeof keyNames>).describe('Other keys than the usual ones')

const port = z.number().int().min(1).max(65_535)
/** A set never says to whom the show listens on a network: that is for whoever starts it to open. */
export const control = z.strictObject({
  osc: z.strictObject({ port: port.optional(), queryPort: port.optional() }).default({}),
  midi: z.strictObject({ devices: z.union([z.enum(['all', 'none']), z.array(name).max(LIMITS.devices)]).default('all'), clockOut: z.array(name).max(LIMITS.devices).default([]) }).default({ devices: 'all', clockOut: [] }),
  clock: z.strictObject({
    source: z.enum(['internal', 'midi', 'audio', 'link']).default('internal'),
    beatsPerBar: z.number().int().min(1).max(32).default(4),
    barsPerPhrase: z.number().int().min(1).max(64).default(8),
  }).default({ source: 'internal', beatsPerBar: 4, barsPerPhrase: 8 }),
  wrapCues: z.boolean().default(false).describe('After the last cue comes the first'),
})
