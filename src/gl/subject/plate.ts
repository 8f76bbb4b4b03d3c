import { HEAD } from '../host-source.js'
import { createProgram, type Program } from '../program.js'
import { createFill } from './fill.js'
import { createHidden } from './hidden.js'
import { createLight } from './light.js'
import { clearTarget, createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import type { Outline } from './outline.js'
import { createOwned } from '../owned.js'

/** The background as far as it was seen where the subject is not; where it never was, what lies around, softly spread. */
export interface Plate {
  /** Takes in a picture when its `seq` is new; `outline` is the mask's, where it is known; `time` in seconds. */
  update(colour: Target, mask: PlateMask, outline: Outline | undefined, seq: number, time: number): void
  /** Gives a program in use what `plateAt` and `worldAt` read. */
  apply(program: Program): void
  /** Forgets it: the next picture starts it anew. */
  reset(): void
  close(): void
}

/** What a plate asks of {@link Masks}. */
export interface PlateMask {
  readonly chosen: Target
  readonly whole: boolean
  /** Subjects there are. While there are none, anybody may still become one: what is seen then may not be background. */
  readonly count: number
}

/** Seconds in which the plate follows a background that changes, to 63 %. */
const TIME_CONSTANT = 1
/** Canvas pixels to a side of the cells in which it is told where the background shows, and counted how often; and where the shorter side is below `SMALL`. */
const CELL = 4
const SMALL_CELL = 2
const SMALL = 240
/** So many pixels around a cell there is to be nothing of the subject, for masks are not exact. */
const MARGIN = 5
/** A pause longer than this counts as so long, seconds. */
const LONGEST_STEP = 0.25
/** So many pictures are learnt in full, and again when there is one more subject; of those after them one part each, in turns, for a background known by then changes slowly. */
const IN_FULL = 24
const PARTS = 16
/** Every so many rounds of the parts, what was never seen is filled anew, and a step of that work is done after as many pictures. */
const FILLED_EVERY = 4

/**
 * What a cell learns, in 255ths: the new picture's part in it, and how often its background was seen, 0 being never. Its first sightings have
 * a mean, and later ones go on with the fixed `rate`; while there was none, `unseen` is its part.
 */
const SIGHT = `${HEAD}uniform sampler2D mask;
uniform sampler2D sights;
uniform vec2 texel;
uniform float rate;
uniform float side;
uniform float counting;
uniform float forget;
uniform float unseen;
uniform int bottom;
out vec4 sighted;
void main() {
  ivec2 cell = ivec2(gl_FragCoord.xy) + ivec2(0, bottom);
  ivec2 size = textureSize(mask, 0);
  // Masks may be of another size than the canvas.
  vec2 scale = vec2(size) * texel;
  vec2 middle = (vec2(cell) + 0.5) * side;
  float most = 0.0;
  for (int y = 0; y < 4; y++) for (int x = 0; x < 4; x++) {
    vec2 look = middle + (vec2(x, y) / 1.5 - 1.0) * (0.5 * side + ${MARGIN - 0.5});
    most = max(most, texelFetch(mask, clamp(ivec2(look * scale), ivec2(0), size - 1), 0).r);
  }
  float background = most < 0.04 ? 1.0 : 0.0;
  float seen = floor(texelFetch(sights, cell, 0).g * 255.0 + 0.5) * max(background, 1.0 - forget) + background * counting;
  sighted = vec4(seen > 0.0 ? max(rate, 1.0 / seen) * background : unseen, min(seen, 255.0) / 255.0, 0.0, 1.0);
}
`

/**
 * What 8 bits cannot hold of a change is kept on average by rounding it up or down by a fixed pattern (Jimenez' interleaved gradient
 * noise, SIGGRAPH 2014) that moves from picture to picture.
 */
const learnSource = (filling: boolean): string => `${HEAD}uniform sampler2D colour;
uniform sampler2D plate;
uniform sampler2D sights;
${filling ? 'uniform sampler2D fill;\nuniform vec2 texel;' : ''}
uniform float turn;
uniform int shift;
uniform int bottom;
out vec4 learnt;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy) + ivec2(0, bottom);
  vec3 now = texelFetch(colour, at, 0).rgb;
  vec3 known = texelFetch(plate, at, 0).rgb;
  vec2 sight = texelFetch(sights, at >> shift, 0).rg;
  float weight = sight.r;
${filling ? '  vec4 around = texture(fill, (vec2(at) + 0.5) * texel);\n  now = mix(now, around.rgb, sight.g > 0.0 ? 0.0 : around.a);' : ''}
  float dither = fract(52.9829189 * fract(dot(vec2(at) + 0.5 + turn, vec2(0.06711056, 0.00583715))));
  learnt = vec4(known + floor((now - known) * (weight * 255.0) + (weight < 1.0 ? dither : 0.5)) / 255.0, 1.0);
}
`

/** Makes the plate: a picture of the canvas's size, and a part of one in which it learns. Throws a {@link DoppelError} when memory is short. */
export const createPlate = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): Plate => {
  const { gl } = gpu
  const { keep, all, close } = createOwned()
  // Parts begin where cells do.
  const side = Math.min(width, height) < SMALL ? SMALL_CELL : CELL
  const rows = side * Math.ceil(height / (side * PARTS))
  const cells = { width: Math.ceil(width / side), height: Math.ceil(height / side), rows: rows / side }
  const { plate, learnt, sights, sighted, sight, usual, filling } = all(() => ({
    plate: keep(createTarget(gpu, { width, height, format: 'rgba8' })),
    learnt: keep(createTarget(gpu, { width, height: rows, format: 'rgba8' })),
    sights: keep(createTarget(gpu, { width: cells.width, height: cells.height, format: 'rgba8', filter: 'nearest' })),
    sighted: keep(createTarget(gpu, { width: cells.width, height: cells.rows, format: 'rgba8', filter: 'nearest' })),
    sight: keep(createProgram(gpu, { fragment: SIGHT, file: 'plate: where the background shows' })),
    usual: keep(createProgram(gpu, { fragment: learnSource(false), file: 'plate' })),
    filling: keep(createProgram(gpu, { fragment: learnSource(true), file: 'plate' })),
  }))
  const { fill, light, hidden } = all(() => ({
    hidden: keep(createHidden(gpu, { width, height, side })),
    fill: keep(createFill(gpu, { picture: plate, known: sights, side })),
    light: keep(createLight(gpu, plate)),
  }))
  const texel = [1 / width, 1 / height]
  const area = { framebuffer: learnt.framebuffer, width: 0, height: 0 }
  let fresh = true
  let shown = Number.NaN
  let pictures = 0
  let inFull = 0
  let last = 0
  let turn = 0
  let bare: Target | undefined
  let subjects = 0
  let forget = false
  let fills = true

  /** Draws rows from `bottom` on, first aside and then where they belong, for nothing may be drawn to while it is read. */
  const drawRows = (program: Program, aside: Target, to: Target, bottom: number) => {
    area.framebuffer = aside.framebuffer
    area.width = to.width
    area.height = Math.min(aside.height, to.height - bottom)
    program.set('bottom', bottom)
    program.draw(area)
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, aside.framebuffer)
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, to.framebuffer)
    gl.blitFramebuffer(0, 0, to.width, area.height, 0, bottom, to.width, bottom + area.height, gl.COLOR_BUFFER_BIT, gl.NEAREST)
  }
  /** One part learns a picture that stands for so many seconds. */
  const learnPart = (colour: Target, { chosen, count }: PlateMask, part: number, seconds: number) => {
    if (part * rows >= height) return
    sight.use()
    sight.set('texel', texel)
    sight.set('side', side)
    sight.set('rate', 1 - Math.exp(-seconds / TIME_CONSTANT))
    sight.set('counting', count > 0 ? 1 : 0)
    sight.set('forget', forget ? 1 : 0)
    // What is never seen keeps what it was filled with; while there is no subject it is the picture as it is.
    sight.set('unseen', fills || count === 0 ? 1 : 0)
    sight.texture('mask', chosen.texture)
    sight.texture('sights', sights.texture)
    drawRows(sight, sighted, sights, part * cells.rows)
    const learn = fills ? filling : usual
    learn.use()
    learn.set('turn', turn)
    learn.set('shift', Math.log2(side))
    learn.set('texel', texel)
    learn.texture('fill', fill.texture)
    learn.texture('colour', colour.texture)
    learn.texture('plate', plate.texture)
    learn.texture('sights', sights.texture)
    drawRows(learn, learnt, plate, part * rows)
  }

  // Drivers compile at the first draw, and this program's is to come in the middle of the show.
  usual.use()
  for (const name of ['colour', 'plate', 'sights']) usual.texture(name, plate.texture)
  usual.draw(learnt)

  return {
    update(colour, mask, outline, seq, time) {
      // All is subject: nothing is learnt, and the picture itself is all there is to show.
      if (mask.whole) {
        if (!bare) {
          light.reset()
          hidden.fill()
        }
        bare = colour
        return
      }
      bare = undefined
      // Masks may come later than their picture.
      if (seq === shown) {
        hidden.update(mask.chosen, light.texture, outline)
        return
      }
      if (fresh) {
        clearTarget(gpu, plate)
        clearTarget(gpu, sights)
        fill.reset()
        pictures = 0
      }
      shown = seq
      turn = fresh ? 0 : (turn + 5.588238) % 64
      const since = fresh ? 0 : Math.min(LONGEST_STEP, Math.max(0, time - last))
      // Who is a subject from now on has been background until now.
      forget = mask.count > subjects
      subjects = mask.count
      if (fresh || forget) inFull = IN_FULL
      const full = inFull > 0
      inFull = Math.max(0, inFull - 1)
      fills = full || Math.floor(pictures / PARTS) % FILLED_EVERY === 0
      // Neighbours change places in every other round: else each part would see but one side of what flickers from picture to picture.
      const next = (pictures % PARTS) ^ (Math.floor(pictures / PARTS) & 1)
      // A part that learns one picture of so many takes it for all of them.
      for (let part = 0; part < PARTS; part++) if (full || part === next) learnPart(colour, mask, part, full ? since : PARTS * since)
      if (full) fill.renew()
      else if (pictures % FILLED_EVERY === 0) fill.step()
      light.update(colour, mask.chosen)
      hidden.update(mask.chosen, light.texture, outline)
      last = time
      pictures += 1
      fresh = false
    },
    apply(program) {
      program.texture('hostPlate', (bare ?? plate).texture)
      program.texture('hostLight', light.texture)
      program.texture('hostHidden', hidden.texture)
    },
    reset() {
      fresh = true
      shown = Number.NaN
    },
    close,
  }
}
