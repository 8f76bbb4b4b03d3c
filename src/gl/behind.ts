import type { CloneDecl } from '../engine/effect.js'
import { HEAD } from './host-source.js'
import { createBoxDrawer } from './in-box.js'
import { createProgram } from './program.js'
import { SUBJECT_GLSL } from './subject/glsl.js'
import type { SubjectWatch } from './subject/watch.js'
import { clearTarget } from './target.js'
import type { Gpu, Target } from './types.js'

/** Draws what lies behind copies, by what their declaration says. */
export interface Behind {
  /** `live` is the layer's picture as it came, and `from` what the effects before have made of it. */
  draw(behind: CloneDecl['behind'], from: Target, live: Target, to: Target): void
  close(): void
}

/** The background where the subject is, to be laid over the picture. */
const HIDE = `${HEAD}in vec2 hostUv;
${SUBJECT_GLSL.plate ?? ''}out vec4 hostColour;
void main() { hostColour = hostWorld(texelFetch(hostPlate, ivec2(gl_FragCoord.xy), 0).rgb, texture(hostHidden, hostUv)); }
`
/** What `worldAt` gives reaches so many heights further than the mask's box. */
const ROOM = 0.02

/** Copies a picture of the same size, without a shader. */
const copyPicture = ({ gl }: Gpu, from: Target, to: Target): void => {
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, from.framebuffer)
  gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, to.framebuffer)
  gl.blitFramebuffer(0, 0, from.width, from.height, 0, 0, to.width, to.height, gl.COLOR_BUFFER_BIT, gl.NEAREST)
}

/** Throws a {@link DoppelError} when the driver refuses. */
export const createBehind = (gpu: Gpu, watch: SubjectWatch): Behind => {
  const { gl } = gpu
  const hide = createProgram(gpu, { fragment: HIDE, file: 'behind copies' })
  const drawInBox = createBoxDrawer(gpu)
  const nothing = new Int32Array(4)
  /** The live picture without its subject: what moves elsewhere goes on moving. */
  const drawWorld = (live: Target, to: Target) => {
    copyPicture(gpu, live, to)
    // All of it is the subject, and there is nothing else to show.
    if (watch.masks.whole) return
    hide.use()
    watch.apply(hide)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    drawInBox(hide, watch.outline, Math.ceil(ROOM * to.height), to, nothing.fill(0))
    gl.disable(gl.BLEND)
  }
  const ways: Readonly<Record<CloneDecl['behind'], (from: Target, live: Target, to: Target) => void>> = {
    none: (_from, _live, to) => { clearTarget(gpu, to) },
    source: (from, _live, to) => { copyPicture(gpu, from, to) },
    world: (_from, live, to) => { drawWorld(live, to) },
  }
  return {
    draw(behind, from, live, to) { ways[behind](from, live, to) },
    close() { hide.close() },
  }
}
