import { z } from 'zod'
import { MASK_MODES } from '../engine/effect.js'
import { ALIGNS, BLEND_MODES, createTransform, LAYER, MASK_LOOK, TRANSFORM, TRANSITION, TRANSITIONS } from '../engine/look.js'
import { QUANTISES } from '../engine/controls.js'
import type { BeatsParam, FloatParam } from '../engine/params.js'
import { address, advance, binding, control, keys, modulator, paramValue } from './control-schema.js'
import { LIMITS } from './limits.js'

const name = z.string().min(1).max(80)
const side = z.number().int().min(16).max(LIMITS.side).multipleOf(2)
const path = z.string().min(1).max(1024)
const within = ({ min, max, default: value }: FloatParam | BeatsParam) => z.number().min(min).max(max).default(value)
/** Far outside the picture is as good as gone. */
const coordinate = z.number().min(-10).max(10)
const point = z.tuple([coordinate, coordinate]).default([0.5, 0.5])
const part = z.number().min(0).max(1)

const effect = z.strictObject({
  id: z.string().max(240).describe('Effect; npx doppel effects lists them. Or an ISF shader inside the set\'s folder: shaders/thing.fs'),
  mix: part.default(1),
  bypass: z.boolean().default(false),
  mask: z.enum(MASK_MODES).default('all').describe('Where it applies: everywhere, inside or outside the subject'),
  params: z.record(z.string().max(80), paramValue).default({}),
})

const pixel = z.number().min(-1e5).max(1e5)
const places = z.array(z.tuple([pixel, pixel])).max(LIMITS.clicks).default([])
const masking = z.strictObject({
  segmenter: z.string().min(1).max(80).optional().describe('What makes the masks; the best one that is there for the subjects unless told. npx doppel models list'),
  params: z.record(z.string().max(80), paramValue).default({}).describe('Of a key: chroma, luma, difference, motion'),
  provider: z.enum(['auto', 'cpu', 'cuda', 'coreml', 'directml', 'webgpu']).default('auto'),
  align: z.enum(ALIGNS).default(MASK_LOOK.align.default as (typeof ALIGNS)[number]).describe('aligned: the picture waits for its mask; tight: the mask is carried along with the newest picture; sync: the tick waits for the mask'),
  guide: within(MASK_LOOK.guide),
  feather: within(MASK_LOOK.feather).describe('Picture heights'),
  choke: within(MASK_LOOK.choke).describe('Picture heights'),
  steady: within(MASK_LOOK.steady),
  holes: within(MASK_LOOK.holes).describe('Picture heights'),
  clean: within(MASK_LOOK.clean).describe('How much of the background is taken out of the edges of cut-outs'),
  subjects: z.array(z.strictObject({
    clicks: places.describe('Places on the subject, in the source\'s pixels from its top left'),
    not: places.describe('Places beside it'),
    box: z.tuple([pixel, pixel, pixel, pixel]).optional().describe('Around it: x0, y0, x1, y1'),
  })).max(LIMITS.subjects).default([]),
})

const clipSource = z.strictObject({
  clip: path.describe('Clip, still, folder or numbered pictures (frames/%05d.png), inside the set\'s folder'),
  mask: path.optional().describe('Clip or numbered pictures that are white where the subject is, played in step with the clip'),
  subjects: z.number().int().min(0).max(LIMITS.subjects).default(0).describe('0: the mask is one soft subject; else it holds labels 1 to so many (grey levels), one for each subject'),
  mode: z.enum(['loop', 'once', 'ping-pong']).default('loop'),
  speed: z.number().min(-4).max(4).default(1),
  in: z.number().min(0).max(LIMITS.seconds).default(0).describe('Seconds'),
  out: z.number().positive().max(LIMITS.seconds).optional().describe('Seconds; the end unless told'),
  masking: masking.optional().describe('Masks made while it plays'),
})
const generatorSource = z.strictObject({ generator: z.enum(['dancer', 'duet', 'testcard']).describe('dancer: one, duet: two, each a subject'), masking: masking.optional().describe('Masks made while it plays, in place of its own') })

const transform = z.strictObject({
  position: point.describe('Where on the canvas the anchor lands; 0,0 bottom left to 1,1'),
  anchor: point,
  scale: within(TRANSFORM.scale),
  rotation: within(TRANSFORM.rotation).describe('Degrees counter-clockwise'),
  cropLeft: within(TRANSFORM.cropLeft),
  cropRight: within(TRANSFORM.cropRight),
  cropTop: within(TRANSFORM.cropTop),
  cropBottom: within(TRANSFORM.cropBottom),
  mirrorX: z.boolean().default(false),
  mirrorY: z.boolean().default(false),
})

const past = z.strictObject({
  seconds: z.number().min(0.25).max(30).default(2).describe('How far back it reaches'),
  stride: z.number().int().min(1).max(60).default(1).describe('Ticks from one picture to the next: more takes less memory'),
  loopBeats: z.number().min(0.5).max(64).default(4).describe('Beats that effects which loop go round in'),
})

const layer = z.strictObject({
  name: name.default('Layer'),
  source: z.string().max(80).describe('A name under sources'),
  subject: z.union([z.literal('all'), z.number().int().min(1).max(LIMITS.subjects)]).default('all').describe('Which of the source\'s subjects the effects see'),
  fit: z.enum(['letterbox', 'fill', 'stretch']).default('letterbox'),
  opacity: within(LAYER.opacity),
  blend: z.enum(BLEND_MODES).default('normal'),
  bypass: z.boolean().default(false),
  solo: z.boolean().default(false),
  transform: transform.default(() => createTransform() as z.infer<typeof transform>),
  past: past.default(() => past.parse({})).describe('What is kept for effects that look back'),
  effects: z.array(effect).max(LIMITS.effects).default([]),
})

const transition = z.strictObject({
  kind: z.enum(TRANSITIONS).default('cut'),
  length: within(TRANSITION.length).describe('Beats'),
  colour: z.tuple([part, part, part, part]).default([0, 0, 0, 1]).describe('Dipped through'),
  angle: within(TRANSITION.angle).describe('Degrees; 0 wipes to the right, 90 upwards'),
  softness: within(TRANSITION.softness),
})

const scene = z.strictObject({
  name: name.default('Scene'),
  transition: transition.optional().describe('How this scene comes in; the set\'s transition unless told'),
  layers: z.array(layer).min(1).max(LIMITS.layers),
})

const output = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('window'),
    display: z.string().min(1).max(80).optional().describe('Number (from 0) or name of the display; npx doppel devices lists them'),
    fullscreen: z.boolean().optional().describe('Whether it fills its display; unless told, where one is named'),
    fit: z.enum(['letterbox', 'fill', 'stretch']).default('letterbox'),
  }),
  z.strictObject({ kind: z.literal('record'), file: path.describe('Inside the set\'s folder: .mp4, .mov, .mkv or .webm. %d counts the takes: takes/%03d.mp4 is 001.mp4, then 002.mp4') }),
  z.strictObject({ kind: z.literal('ndi'), name: name.describe('Not there yet: the set plays on without it') }),
  z.strictObject({ kind: z.literal('none') }).describe('Nowhere: no window opens'),
])

const cue = z.strictObject({
  name,
  scene: z.string().max(80).optional().describe('A scene\'s name'),
  transition: transition.optional(),
  quantise: z.enum(QUANTISES).default('none').describe('Waits for the next beat, bar or phrase'),
  morph: z.number().min(0).max(1024).default(0).describe('Beats its values take to get there'),
  advance: advance.default({ kind: 'manual' }).describe('When the next cue follows by itself'),
  values: z.record(address, paramValue).default({}).describe('Parameters by address'),
})

/** The set file, version 2. Defaults are filled in when it is read. */
export const setSchema = z.strictObject({
  $schema: z.string().max(1024).optional(),
  version: z.literal(2),
  name: name.default('Untitled'),
  size: z.tuple([side, side]).default([1280, 720]).describe('Canvas, pixels'),
  fps: z.number().min(1).max(240).default(60),
  bpm: z.number().min(20).max(400).default(120),
  seed: z.number().int().min(0).max(0xffffffff).default(1),
  transition: transition.default(() => transition.parse({})).describe('How scenes come in unless they say otherwise'),
  sources: z.record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a source name is lower-case letters, digits and hyphens').max(80), z.union([clipSource, generatorSource])),
  scenes: z.array(scene).min(1).max(LIMITS.scenes),
  outputs: z.array(output).max(LIMITS.outputs).default([]).describe('Where doppel play shows it, unless --out says otherwise; a window unless told'),
  cues: z.array(cue).max(LIMITS.cues).default([]),
  bindings: z.array(binding).max(LIMITS.bindings).default([]),
  modulators: z.array(modulator).max(LIMITS.modulators).default([]),
  keys: keys.default({}),
  control: control.default(() => control.parse({})),
})

export type SetFile = z.infer<typeof setSchema>
export type SetScene = SetFile['scenes'][number]
export type SetLayer = SetScene['layers'][number]
export type SetEffect = SetLayer['effects'][number]
export type SetMasking = z.infer<typeof masking>
export type SetSource = SetFile['sources'][string]
export type SetOutput = SetFile['outputs'][number]
export type SetCue = SetFile['cues'][number]
export type SetBinding = SetFile['bindings'][number]
export type SetModulator = SetFile['modulators'][number]
export type SetControl = SetFile['control']
