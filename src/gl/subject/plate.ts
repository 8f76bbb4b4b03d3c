import { createProgram, type Program } from '../program.js'
import { clearTarget, createTarget, joinTargets } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { createOwned } from '../owned.js'

/** The background as far as it was seen where the subject is not. */
export interface Plate {
  /** Takes in a picture when its `seq` is new; `whole` when all of it is the subject. `time` in seconds. */
  update(colour: Target, mask: WebGLTexture, whole: boolean, seq: number, time: number): void
  /** Its colour is the background. */
  readonly picture: Target
  /** Whether its alpha is 1 everywhere. */
  readonly opaque: boolean
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
/** So many pictures are learnt in full; of those after them one part each, in turns, for a background known by then changes slowly. */
const IN_FULL = 24
const PARTS = 4

const WIDEN = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D mask;
uniform vec2 cell;
out vec4 widened;
void main() {
  float most = 0.0;
  for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) most = max(most, texture(mask, (gl_FragCoord.xy + vec2(x, y)) * cell).r);
  widened = vec4(most);
}
`

/**
 * `counted` is how often a pixel was seen, in 255ths, 0 being never: the mean of the first sightings is exact, and later ones go on
 * with the fixed `rate`. What 8 bits cannot hold of a change is kept on average by rounding it up or down by a fixed pattern (Jimenez'
 * interleaved gradient noise, SIGGRAPH 2014) that moves from picture to picture.
 */
const LEARN = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D colour;
uniform sampler2D widened;
uniform sampler2D plate;
uniform sampler2D counts;
uniform float rate;
uniform float turn;
uniform vec2 texel;
uniform int bottom;
layout(location = 0) out vec4 learnt;
layout(location = 1) out vec4 counted;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy) + ivec2(0, bottom);
  vec3 now = texelFetch(colour, at, 0).rgb;
  vec3 known = texelFetch(plate, at, 0).rgb;
  float background = texture(widened, (vec2(at) + 0.5) * texel).r < 0.04 ? 1.0 : 0.0;
  float seen = floor(texelFetch(counts, at, 0).r * 255.0 + 0.5) + background;
  float dither = fract(52.9829189 * fract(dot(vec2(at) + 0.5 + turn, vec2(0.06711056, 0.00583715))));
  vec3 change = (now - known) * max(rate, 1.0 / max(seen, 1.0)) * background;
  vec3 mean = known + floor(change * 255.0 + (seen > 1.0 ? dither : 0.5)) / 255.0;
  learnt = vec4(seen > 0.0 ? mean : now, 1.0);
  counted = vec4(min(seen, 255.0) / 255.0);
}
`

/** Makes the plate: a picture of the canvas's size, and a part of one in which it learns. Throws a {@link DoppelError} when memory is short. */
export const createPlate = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): Plate => {
  const { keep, all, close } = createOwned()
  const [rows, widenedHeight] = [Math.ceil(height / PARTS), Math.ceil(height / WIDENED)]
  const build = () => ({
    plate: keep(createTarget(gpu, { width, height, format: 'rgba8' })),
    learnt: keep(createTarget(gpu, { width, height: rows, format: 'rgba8' })),
    counts: keep(createTarget(gpu, { width, height, format: 'r8' })),
    counted: keep(createTarget(gpu, { width, height: rows, format: 'r8' })),
    widened: keep(createTarget(gpu, { width: Math.ceil(width / WIDENED), height: widenedHeight, format: 'r8' })),
    widen: keep(createProgram(gpu, { fragment: WIDEN, file: 'plate: widening the mask' })),
    learn: keep(createProgram(gpu, { fragment: LEARN, file: 'plate' })),
  })
  const { gl } = gpu
  const { plate, learnt, counts, counted, both, widened, widen, learn } = all(() => {
    const built = build()
    const framebuffer = joinTargets(gpu, [built.learnt, built.counted])
    keep({ close() { gl.deleteFramebuffer(framebuffer) } })
    return { ...built, both: framebuffer }
  })
  const [cell, texel] = [[1 / widened.width, 1 / widenedHeight], [1 / width, 1 / height]]
  const canvas = { framebuffer: both, width, height: 0 }
  const parts = [[learnt, plate], [counted, counts]] as const
  let fresh = true
  let shown = Number.NaN
  let pictures = 0
  let last = 0
  let turn = 0
  let bare: Target | undefined

  /** One part learns a picture that stands for so many seconds. */
  const learnPart = (colour: Target, mask: WebGLTexture, part: number, seconds: number) => {
    const [bottom, top] = [part * rows, Math.min(height, (part + 1) * rows)]
    if (top <= bottom) return
    // And the cells beside it, for between their middles they are mixed.
    const low = Math.max(0, Math.floor(bottom / WIDENED) - 1)
    gl.bindFramebuffer(gl.FRAMEBUFFER, widened.framebuffer)
    gl.viewport(0, low, widened.width, Math.min(widenedHeight, Math.ceil(top / WIDENED) + 1) - low)
    widen.use()
    widen.set('cell', cell)
    widen.texture('mask', mask)
    widen.drawBound()
    learn.use()
    learn.set('rate', 1 - Math.exp(-seconds / TIME_CONSTANT))
    learn.set('turn', turn)
    learn.set('texel', texel)
    learn.set('bottom', bottom)
    learn.texture('colour', colour.texture)
    learn.texture('widened', widened.texture)
    learn.texture('plate', plate.texture)
    learn.texture('counts', counts.texture)
    canvas.height = top - bottom
    learn.draw(canvas)
    for (const [from, to] of parts) {
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, from.framebuffer)
      gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, to.framebuffer)
      gl.blitFramebuffer(0, 0, width, top - bottom, 0, bottom, width, top, gl.COLOR_BUFFER_BIT, gl.NEAREST)
    }
  }

  return {
    update(colour, mask, whole, seq, time) {
      // All is subject: nothing is learnt, and the picture itself is all there is to show.
      bare = whole ? colour : undefined
      if (whole || seq === shown) return
      if (fresh) {
        clearTarget(gpu, plate)
        clearTarget(gpu, counts)
        pictures = 0
      }
      shown = seq
      turn = fresh ? 0 : (turn + 5.588238) % 64
      const since = fresh ? 0 : Math.min(LONGEST_STEP, Math.max(0, time - last))
      const full = pictures < IN_FULL
      // Neighbours change places in every other round: else each part would see but one side of what flickers from picture to picture.
      const next = (pictures % PARTS) ^ (Math.floor(pictures / PARTS) & 1)
      // A part that learns one picture of four takes it for all of them.
      for (let part = 0; part < PARTS; part++) if (full || part === next) learnPart(colour, mask, part, full ? since : PARTS * since)
      last = time
      pictures += 1
      fresh = false
    },
    get picture() { return bare ?? plate },
    get opaque() { return bare === undefined && !fresh },
    apply(program) {
      program.texture('hostPlate', (bare ?? plate).texture)
    },
    reset() {
      fresh = true
      shown = Number.NaN
    },
    close,
  }
}
