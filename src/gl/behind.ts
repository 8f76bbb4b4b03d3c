import type { CloneDecl } from '../engine/effect.js'
import { HEAD } from './host-source.js'
import { createOwned } from './owned.js'
import { createProgram, type Program } from './program.js'
import { clearTarget, createTarget } from './target.js'
import { SUBJECT_GLSL } from './subject/glsl.js'
import type { SubjectWatch } from './subject/watch.js'
import type { Gpu, Target } from './types.js'

/** Draws what lies behind copies, by what their declaration says. */
export interface Behind {
  /** `live` is the layer's picture as it came, and `from` what the effects before have made of it. */
  draw(behind: CloneDecl['behind'], from: Target, live: Target, to: Target): void
  close(): void
}

/** The subject is hidden a little beyond its edge, for masks are not exact: so many heights. */
const BEYOND = 0.008

/** Of the canvas, and of how much is hidden: that is as soft as its pixels. */
const COARSE = 4

/** How much of the picture is hidden. */
const GROW = `${HEAD}in vec2 hostUv;
uniform sampler2D mask;
uniform vec2 beyond;
out vec4 hidden;
void main() {
  vec2 other = vec2(beyond.x, -beyond.y);
  hidden = vec4(min(1.0, 4.0 * texture(mask, hostUv).r + texture(mask, hostUv + beyond).r + texture(mask, hostUv - beyond).r + texture(mask, hostUv + other).r + texture(mask, hostUv - other).r));
}
`

/** The background where the subject is, to be laid over the picture. */
const HIDE = `${HEAD}in vec2 hostUv;
uniform sampler2D hidden;
${SUBJECT_GLSL.plate ?? ''}
out vec4 hostColour;
void main() { hostColour = plateAt(hostUv) * texture(hidden, hostUv).r; }
`

/** Copies a picture of the same size, without a shader. */
const copyPicture = ({ gl }: Gpu, from: Target, to: Target): void => {
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, from.framebuffer)
  gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, to.framebuffer)
  gl.blitFramebuffer(0, 0, from.width, from.height, 0, 0, to.width, to.height, gl.COLOR_BUFFER_BIT, gl.NEAREST)
}

/** Throws a {@link DoppelError} when the driver refuses. */
export const createBehind = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }, watch: SubjectWatch): Behind => {
  const { gl } = gpu
  const { keep, all, close } = createOwned()
  const { grow, hide, hidden } = all(() => ({
    grow: keep(createProgram(gpu, { fragment: GROW, file: 'behind copies' })),
    hide: keep(createProgram(gpu, { fragment: HIDE, file: 'behind copies' })),
    hidden: keep(createTarget(gpu, { width: Math.ceil(width / COARSE), height: Math.ceil(height / COARSE), format: 'r8' })),
  }))
  const beyond = [(BEYOND * height) / width, BEYOND]
  const box = { left: 0, bottom: 0, right: 0, top: 0 }
  /** Draws only in the box, in pixels of the canvas, of which `to` has one for `each`. */
  const drawBoxed = (program: Program, to: Target, each: number) => {
    const [left, bottom] = [Math.floor(box.left / each), Math.floor(box.bottom / each)]
    gl.enable(gl.SCISSOR_TEST)
    gl.scissor(left, bottom, Math.ceil(box.right / each) - left, Math.ceil(box.top / each) - bottom)
    program.draw(to)
    gl.disable(gl.SCISSOR_TEST)
  }
  /** The live picture without its subject: what moves elsewhere goes on moving. */
  const drawWorld = (live: Target, to: Target) => {
    copyPicture(gpu, live, to)
    const { outline, mask } = watch
    if (watch.masks.whole) return
    const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = outline?.box ?? []
    if (y1 === 0) return
    const room = 2 * COARSE + Math.ceil(BEYOND * height)
    Object.assign(box, { left: Math.max(0, x0 * width - room), bottom: Math.max(0, y0 * height - room), right: Math.min(width, x1 * width + room), top: Math.min(height, y1 * height + room) })
    grow.use()
    grow.set('beyond', beyond)
    grow.texture('mask', mask)
    drawBoxed(grow, hidden, COARSE)
    hide.use()
    watch.apply(hide)
    hide.texture('hidden', hidden.texture)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    drawBoxed(hide, to, 1)
    gl.disable(gl.BLEND)
  }
  const ways: Readonly<Record<CloneDecl['behind'], (from: Target, live: Target, to: Target) => void>> = {
    none: (_from, _live, to) => { clearTarget(gpu, to) },
    source: (from, _live, to) => { copyPicture(gpu, from, to) },
    plate: (_from, _live, to) => {
      if (!watch.plate) return
      copyPicture(gpu, watch.plate, to)
      if (watch.plateOpaque) return
      // Both are together a third of what a draw takes where the CPU draws.
      gl.bindFramebuffer(gl.FRAMEBUFFER, to.framebuffer)
      gl.colorMask(false, false, false, true)
      gl.clearColor(0, 0, 0, 1)
      gl.clear(gl.COLOR_BUFFER_BIT)
      gl.colorMask(true, true, true, true)
    },
    world: (_from, live, to) => { drawWorld(live, to) },
  }
  return {
    draw(behind, from, live, to) { ways[behind](from, live, to) },
    close,
  }
}
