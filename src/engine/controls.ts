import { beats, bool, choice, float, trigger, type ParamDecl } from './params.js'

/**
 * What a control does to its parameter. `set`: its position or turn is the value; `toggle`: each press flips it; `momentary`: held
 * only as long as the button; `radio`: a press sets one value of several; `trigger`: a press fires it; `tap`: the time between
 * presses is the value (beats, or seconds), and a trigger fires.
 */
export const BINDING_MODES = ['set', 'toggle', 'momentary', 'radio', 'trigger', 'tap'] as const
export type BindingMode = (typeof BINDING_MODES)[number]

/** How a control's way is spread over the range: exponential is fine at the low end, logarithmic at the high end, s-curve at both. */
export const CURVES = ['linear', 'exponential', 'logarithmic', 's-curve'] as const
export type Curve = (typeof CURVES)[number]

/** What a fader does that stands elsewhere than its parameter: sets it at once, waits until it passes the value, or closes in on it. */
export const TAKEOVERS = ['jump', 'pickup', 'scale'] as const
export type Takeover = (typeof TAKEOVERS)[number]

/**
 * How an endless encoder says "so many steps, this way" in 7 bits: `twos` (1 is +1, 127 is -1), `offset` (65 is +1, 63 is
 * -1), `sign` (1 is +1, 65 is -1).
 */
export const RELATIVE_ENCODINGS = ['twos', 'offset', 'sign'] as const
export type RelativeEncoding = (typeof RELATIVE_ENCODINGS)[number]
/** `auto` finds it out while it is turned. */
export const ENCODINGS = ['auto', ...RELATIVE_ENCODINGS] as const

/** Parts of a parameter that can be played each on its own. */
export const COMPONENTS = ['r', 'g', 'b', 'a', 'x', 'y'] as const
export type Component = (typeof COMPONENTS)[number]

const PARTS: Partial<Record<ParamDecl['type'], readonly Component[]>> = { colour: ['r', 'g', 'b', 'a'], point: ['x', 'y'] }

/** The components a parameter has; none for what is a single value. */
export const componentsOf = (decl: ParamDecl): readonly Component[] => PARTS[decl.type] ?? []

export const MODULATORS = ['lfo', 'envelope', 'audio', 'random', 'steps', 'follow'] as const
export type ModulatorKind = (typeof MODULATORS)[number]

export const LFO_SHAPES = ['sine', 'triangle', 'saw-up', 'saw-down', 'square', 'sample-hold', 'random'] as const
export type LfoShape = (typeof LFO_SHAPES)[number]

/** `bipolar` moves to both sides of what was set, `unipolar` to one. */
export const POLARITIES = ['bipolar', 'unipolar'] as const
export type Polarity = (typeof POLARITIES)[number]

/** What begins an envelope: every so many beats, a heard onset, a note or button, a parameter that fires or changes. */
export const ENVELOPE_TRIGGERS = ['beat', 'onset', 'control', 'address'] as const
export type EnvelopeTrigger = (typeof ENVELOPE_TRIGGERS)[number]

export const AUDIO_BANDS = ['level', 'bass', 'low-mid', 'high-mid', 'treble'] as const
export type AudioBand = (typeof AUDIO_BANDS)[number]

export const FOLLOWS = ['x', 'y', 'size', 'speed'] as const
export type Follow = (typeof FOLLOWS)[number]

/** When a recall happens: at once, or on the next beat, bar or phrase. */
export const QUANTISES = ['none', 'beat', 'bar', 'phrase'] as const
export type Quantise = (typeof QUANTISES)[number]

/** What a key of the programme window or the operator's can do. */
export const KEY_ACTIONS = [
  'blackout', 'freeze', 'bypass', 'test-card', 'reset', 'tap', 'resync', 'half', 'double', 'nudge-back', 'nudge-on',
  'previous-scene', 'next-scene', 'previous-cue', 'next-cue', 'go', 'undo', 'redo', 'help', 'quit',
] as const
export type KeyAction = (typeof KEY_ACTIONS)[number]

/** Lengths in beats that music counts in, from a 32nd of a beat to 32 bars. */
export const MUSICAL_BEATS: readonly number[] = [
  1 / 32, 1 / 16, 1 / 12, 1 / 8, 1 / 6, 3 / 16, 1 / 4, 1 / 3, 3 / 8, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128,
]

/** What every modulator is played with, under `/modulators/<name>`; `every` and `hz` are there for those that have a rate. */
export const MODULATOR = {
  depth: float(-1, 1, 0.5, 'Depth (of the range)'),
  offset: float(-1, 1, 0, 'Offset (of the range)'),
  bypass: bool(false),
} as const satisfies Record<string, ParamDecl>
export const MODULATOR_RATES = { every: beats(1 / 32, 128, 4, 'Once in (beats)'), hz: float(0.01, 30, 1, 'Times a second') } as const satisfies Record<string, ParamDecl>

/** `/master/...` of the show as a whole: what all effects, scenes and edits have in common. */
export const PANIC = {
  bypass: bool(false, 'Bypass all effects'), reset: trigger('Reset effects'),
  'previous-scene': trigger(), 'next-scene': trigger(), undo: trigger(), redo: trigger(),
} as const satisfies Record<string, ParamDecl>
/** `/clock/...`; a nudge moves the beat by so many beats at once, and always reads 0. */
export const CLOCK_ACTIONS = {
  tap: trigger(), resync: trigger('This is the one'), half: trigger(), double: trigger(), nudge: float(-0.5, 0.5, 0, 'Nudge (beats)'),
} as const satisfies Record<string, ParamDecl>
/** What the beat can follow; a tap becomes it by itself. */
export const CLOCK_SOURCES = ['internal', 'tap', 'midi', 'audio', 'link'] as const
export const CLOCK_SOURCE = choice(CLOCK_SOURCES, 'internal')
/** `/cues/...`, beside each cue's own. */
export const CUE_ACTIONS = { go: trigger('The next cue, now'), next: trigger(), previous: trigger(), stop: trigger() } as const satisfies Record<string, ParamDecl>
