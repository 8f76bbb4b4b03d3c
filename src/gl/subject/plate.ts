import { createProgram, type Program } from '../program.js'
import { clearTarget, createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'

/** The background as far as it was seen where the subject is not. */
export interface Plate {
  /** Takes in a picture when its `seq` is new; `whole` when all of it is the subject. `time` in seconds. */
  update(colour: Target, mask: WebGLTexture, whole: boolean, seq: number, time: number): void
  /** Gives a program in use what `plateAt` reads. */
  apply(program: Program): void
  /** Forgets it: the next picture starts it anew. */
  reset(): void
  close(): void
}

/** Seconds in which the plate follows a background that changes, to 63 %. */
const TIME_CONSTANT = 1
/** Canvas pixels to a side of each in the widened mask; the subject is widened by about two of them, for masks are not exact. */
const WIDENED = 4
/** A pause longer than this counts as so long, seconds. */
const LONGEST_STEP = 0.25

const WIDEN = `#version 300 es
precision highp float;
precision highp sampler2D;
in vec2 hostUv;
uniform sampler2D mask;
uniform vec2 texel;
out vec4 widened;
void main() {
  float most = 0.0;
  for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) most = max(most, texture(mask, hostUv + vec2(x, y) * texel).r);
  widened = vec4(most);
}
`

/**
 * Alpha counts how often a pixel was seen, in 255ths, 0 being never: the mean of the first sightings is exact, and later ones go on
 * with the fixed `rate`. What 8 bits cannot hold of a change is kept on average by rounding it up or down by a fixed pattern (Jimenez'
 * interleaved gradient noise, SIGGRAPH 2014) that moves from picture to picture.
 */
const LEARN = `#version 300 es
precision highp float;
precision highp sampler2D;
in vec2 hostUv;
uniform sampler2D colour;
uniform sampler2D widened;
uniform sampler2D plate;
uniform float rate;
uniform float turn;
out vec4 learnt;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec3 now = texelFetch(colour, at, 0).rgb;
  vec4 known = texelFetch(plate, at, 0);
  float background = texture(widened, hostUv).r < 0.04 ? 1.0 : 0.0;
  float seen = floor(known.a * 255.0 + 0.5) + background;
  float dither = fract(52.9829189 * fract(dot(gl_FragCoord.xy + turn, vec2(0.06711056, 0.00583715))));
  vec3 change = (now - known.rgb) * max(rate, 1.0 / max(seen, 1.0)) * background;
  vec3 mean = known.rgb + floor(change * 255.0 + (seen > 1.0 ? dither : 0.5)) / 255.0;
  learnt = seen > 0.0 ? vec4(mean, min(seen, 255.0) / 255.0) : vec4(now, 0.0);
}
`

/** Makes the plate: two pictures of the canvas's size. Throws a {@link DoppelError} when memory is short. */
export const createPlate = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): Plate => {
  const opened: { close(): void }[] = []
  const keep = <T extends { close(): void }>(unit: T): T => {
    opened.push(unit)
    return unit
  }
  const close = () => {
    for (const unit of opened.splice(0).reverse()) unit.close()
  }
  const build = () => {
    const plate = () => keep(createTarget(gpu, { width, height, format: 'rgba8' }))
    return {
      plates: [plate(), plate()] as const,
      widened: keep(createTarget(gpu, { width: Math.ceil(width / WIDENED), height: Math.ceil(height / WIDENED), format: 'r8' })),
      widen: keep(createProgram(gpu, { fragment: WIDEN, file: 'plate: widening the mask' })),
      learn: keep(createProgram(gpu, { fragment: LEARN, file: 'plate' })),
    }
  }
  let built
  try {
    built = build()
  } catch (thrown) {
    close()
    throw thrown
  }
  const { plates, widened, widen, learn } = built
  const texel = [WIDENED / width, WIDENED / height]
  let newest: 0 | 1 = 0
  let fresh = true
  let shown = Number.NaN
  let last = 0
  let turn = 0
  let bare: Target | undefined

  return {
    update(colour, mask, whole, seq, time) {
      // All is subject: nothing is learnt, and the picture itself is all there is to show.
      bare = whole ? colour : undefined
      if (whole || seq === shown) return
      const since = fresh ? 0 : Math.min(LONGEST_STEP, Math.max(0, time - last))
      shown = seq
      last = time
      turn = fresh ? 0 : (turn + 5.588238) % 64
      widen.use()
      widen.set('texel', texel)
      widen.texture('mask', mask)
      widen.draw(widened)
      const from = plates[newest]
      if (fresh) clearTarget(gpu, from)
      newest = newest === 0 ? 1 : 0
      learn.use()
      learn.set('rate', 1 - Math.exp(-since / TIME_CONSTANT))
      learn.set('turn', turn)
      learn.texture('colour', colour.texture)
      learn.texture('widened', widened.texture)
      learn.texture('plate', from.texture)
      learn.draw(plates[newest])
      fresh = false
    },
    apply(program) {
      program.texture('hostPlate', (bare ?? plates[newest]).texture)
    },
    reset() {
      fresh = true
      shown = Number.NaN
    },
    close,
  }
}
