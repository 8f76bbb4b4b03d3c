import { createProgram, type Program } from '../program.js'
import { clearTarget, createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { createLayers } from './layers.js'
import { createOwned } from '../owned.js'

/** GLSL arrays and the facts are made for so many. */
export const MOST_SUBJECTS = 8

export interface MasksOptions {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Most masks that will ever be `set` or `split` (0): memory for so many is taken now. A picture's own mask needs none. */
  readonly most?: number
}

/** The masks of a layer's subjects, and the one its effects see as `mask`. */
export interface Masks {
  /** R8: the chosen subject, or all of them together (the greatest of their masks). */
  readonly chosen: Target
  /** There is no mask: the whole picture is the subject, and `chosen` is white. */
  readonly whole: boolean
  /** Subjects there are now. */
  readonly count: number
  /** R8, one layer for each of the first `layered` subjects. */
  readonly layers: WebGLTexture
  /** 0 while a picture's own mask is used: that is not copied. */
  readonly layered: number
  /** Changes when anything above may have. */
  readonly seq: number
  /** Uses a picture's own mask as subject 0, unless masks were set. `seq` is the picture's. */
  take(mask: Target | undefined, seq: number): void
  /** Uses these from now on, each an R8 texture of any size. Those beyond `most` are left out; none at all is an empty mask. */
  set(masks: readonly WebGLTexture[]): void
  /** As `set`, from one R8 label picture: 1 to `count` (in 255ths) are the subjects, 0 is none. Edges are softened to its pixels. */
  split(labels: WebGLTexture, count: number): void
  /** As `set`, from one picture with a mask in each of its first `count` channels (at most 4). */
  spread(channels: WebGLTexture, count: number): void
  /** As `set`, from the first `count` layers of an array. */
  copy(layers: WebGLTexture, count: number): void
  /** Goes back to the masks that pictures bring. */
  release(): void
  /** Shows one subject to the effects, or all of them (undefined). A subject that is not there has an empty mask. */
  choose(subject: number | undefined): void
  close(): void
}

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler2DArray;
in vec2 hostUv;
out vec4 mask;
`
const COPY = `${HEAD}uniform sampler2D from;
void main() { mask = texture(from, hostUv); }
`
/** Labels cannot be filtered: the four around are compared, and the answers filtered. */
const SPLIT = `${HEAD}uniform sampler2D labels;
uniform int label;
float isLabel(ivec2 at) {
  return int(texelFetch(labels, clamp(at, ivec2(0), textureSize(labels, 0) - 1), 0).r * 255.0 + 0.5) == label ? 1.0 : 0.0;
}
void main() {
  vec2 at = hostUv * vec2(textureSize(labels, 0)) - 0.5;
  ivec2 low = ivec2(floor(at));
  vec2 part = at - floor(at);
  mask = vec4(mix(
    mix(isLabel(low), isLabel(low + ivec2(1, 0)), part.x),
    mix(isLabel(low + ivec2(0, 1)), isLabel(low + ivec2(1, 1)), part.x),
    part.y));
}
`
const SPREAD = `${HEAD}uniform sampler2D channels;
uniform int channel;
void main() { mask = vec4(texture(channels, hostUv)[channel]); }
`
const LAYER = `${HEAD}uniform sampler2DArray from;
uniform int layer;
void main() { mask = texture(from, vec3(hostUv, float(layer))); }
`
const COMBINE = `${HEAD}uniform sampler2DArray masks;
uniform int first;
uniform int last;
void main() {
  mask = vec4(0.0);
  for (int i = first; i <= last; i++) mask = max(mask, texture(masks, vec3(hostUv, float(i))));
}
`

/** Makes the textures. Throws a {@link DoppelError} when memory is short. */
export const createMasks = (gpu: Gpu, { width, height, most = 0 }: MasksOptions): Masks => {
  const { keep, all, close } = createOwned()
  const capacity = Math.min(MOST_SUBJECTS, most)
  const build = () => {
    const flat = (value: number) => {
      const target = keep(createTarget(gpu, { width: 1, height: 1, format: 'r8' }))
      clearTarget(gpu, target, value)
      return target
    }
    const fragment = (name: string, text: string) => keep(createProgram(gpu, { fragment: text, file: name }))
    // Samplers need a texture, whether or not anything is read from it.
    const size = capacity > 0 ? { width, height, count: capacity } : { width: 1, height: 1, count: 1 }
    return {
      white: flat(1),
      black: flat(0),
      array: keep(createLayers(gpu, { ...size, format: 'R8', purpose: 'masks' })),
      own: capacity > 0
        ? { combined: keep(createTarget(gpu, { width, height, format: 'r8' })), copy: fragment('masks', COPY), split: fragment('labels', SPLIT), spread: fragment('masks in channels', SPREAD), layer: fragment('masks in layers', LAYER), combine: fragment('masks together', COMBINE) }
        : undefined,
    }
  }
  const built = all(build)
  const { white, black, array, own } = built

  let pictured: Target | undefined
  let picturedSeq = Number.NaN
  let released = true
  let layered = 0
  let only: number | undefined
  let chosen = white
  let seq = 0
  const needOwn = () => {
    if (!own) throw new RangeError('these masks were made for pictures that bring their own: `most` is 0')
    return own
  }
  const rechoose = () => {
    seq += 1
    const count = released ? 1 : layered
    if (count === 0 || (only !== undefined && only >= count)) chosen = black
    else if (released) chosen = pictured ?? white
    else {
      const { combine, combined } = needOwn()
      combine.use()
      combine.set('first', only ?? 0)
      combine.set('last', only ?? count - 1)
      combine.texture('masks', array.texture)
      combine.draw(combined)
      chosen = combined
    }
  }

  /** Draws a layer for each subject with a program in use, which is told by `name` which one, counted from `first`. */
  const fill = (program: Program, count: number, name: string, first: number) => {
    layered = Math.max(0, count)
    for (let i = 0; i < layered; i++) {
      program.set(name, first + i)
      array.aim(i)
      program.draw(array)
    }
    released = false
    rechoose()
  }

  return {
    get chosen() { return chosen },
    get whole() { return released && pictured === undefined && !(only !== undefined && only > 0) },
    get count() { return released ? 1 : layered },
    layers: array.texture,
    get layered() { return released ? 0 : layered },
    get seq() { return seq },
    take(mask, from) {
      const same = mask === pictured && from === picturedSeq
      pictured = mask
      picturedSeq = from
      if (released && !same) rechoose()
    },
    set(masks) {
      const { copy } = needOwn()
      layered = Math.min(capacity, masks.length)
      copy.use()
      for (let i = 0; i < layered; i++) {
        copy.texture('from', masks[i] ?? black.texture)
        array.aim(i)
        copy.draw(array)
      }
      released = false
      rechoose()
    },
    split(labels, count) {
      const { split } = needOwn()
      split.use()
      split.texture('labels', labels)
      fill(split, Math.min(capacity, count), 'label', 1)
    },
    spread(channels, count) {
      const { spread } = needOwn()
      spread.use()
      spread.texture('channels', channels)
      fill(spread, Math.min(capacity, count, 4), 'channel', 0)
    },
    copy(from, count) {
      const { layer } = needOwn()
      layer.use()
      layer.texture('from', from)
      fill(layer, Math.min(capacity, count), 'layer', 0)
    },
    release() {
      if (released) return
      released = true
      rechoose()
    },
    choose(subject) {
      if (subject === only) return
      only = subject
      rechoose()
    },
    close,
  }
}
