import { MASK_MODES, type EffectInstance, type Moment } from '../../engine/effect.js'
import { isOn, type Surroundings } from '../dress.js'
import { checkErrors } from '../errors.js'
import { createForgetting } from '../forgetting.js'
import type { Program } from '../program.js'
import type { Stage } from '../stage.js'
import { clearTarget } from '../target.js'
import type { Gpu, ShaderText, Target } from '../types.js'
import { buildIsf, type Built } from './build.js'
import { CORNERS } from './host.js'

/** Plays an ISF shader in its place in a chain: its passes one after another, the last of which becomes the effect's picture. */
export const createIsfStage = (gpu: Gpu, instance: EffectInstance, shaderText: ShaderText, { size, sound }: Surroundings): Stage => {
  const { gl } = gpu
  const { decl } = instance
  const { isf } = decl
  if (!isf) throw new RangeError(`${decl.id} is no ISF shader`)
  const build = (): Built => {
    const fragment = shaderText(decl.shader)
    return buildIsf(gpu, instance, { fragment, vertex: isf.vertex === undefined ? undefined : shaderText(isf.vertex), program: isf.program(fragment), size, sound })
  }
  let built = build()
  const forgetting = createForgetting(instance, undefined)
  const forget = () => {
    built.buffers.forget()
    built.inputs.restart()
  }
  /** The same objects in every tick. */
  const renderSize = new Float32Array(2)
  const part = new Float32Array(2)
  const around: { from: WebGLTexture; mask: WebGLTexture } = { from: 0, mask: 0 }

  /** Draws the two triangles of a pass, wherever a vertex shader has moved them. */
  const drawPass = (program: Program, index: number, to: Target, width: number, height: number) => {
    if (built.clears) clearTarget(gpu, to)
    renderSize[0] = width
    renderSize[1] = height
    program.set('PASSINDEX', index)
    program.set('RENDERSIZE', renderSize)
    built.look(program, around)
    gl.bindFramebuffer(gl.FRAMEBUFFER, to.framebuffer)
    gl.viewport(0, 0, width, height)
    gl.bindVertexArray(gpu.triangle)
    gl.drawArrays(gl.TRIANGLES, 0, CORNERS)
  }
  const mixing = (program: Program, from: Target, mask: WebGLTexture) => {
    program.texture('hostSource', from.texture)
    program.texture('hostMask', mask)
    program.set('hostMix', Math.min(1, instance.mix))
    program.set('hostMaskMode', MASK_MODES.indexOf(instance.maskMode))
  }
  const draw = (from: Target, mask: WebGLTexture, to: Target, moment: Moment): Target => {
    const { program: { passes }, inputs, buffers, pass, picture, show, straight, lines } = built
    around.from = from.texture
    around.mask = mask
    inputs.take(moment)
    buffers.begin(moment.frame)
    for (const line of lines) line.take(moment)
    if (straight) {
      straight.program.use()
      straight.program.texture('hostSource', from.texture)
      straight.program.draw(straight.target)
    }
    if (pass) {
      pass.use()
      inputs.dress(pass)
    }
    const last = passes.length - 1
    for (const [i, { target }] of passes.entries()) {
      const buffer = target === undefined ? undefined : buffers.all.get(target)
      if (buffer && pass) {
        drawPass(pass, i, buffer.into, buffer.width, buffer.height)
        buffer.swap()
        if (i === last && show) {
          part[0] = buffer.width / buffer.fullWidth
          part[1] = buffer.height / buffer.fullHeight
        }
      } else if (i === last && picture) {
        picture.use()
        inputs.dress(picture)
        mixing(picture, from, mask)
        drawPass(picture, i, to, to.width, to.height)
      } else if (i === last && pass && buffers.own) {
        // What draws neither a buffer nor the effect's picture is seen by nobody.
        drawPass(pass, i, buffers.own, to.width, to.height)
        part.fill(1)
      }
    }
    if (show) {
      const drawn = passes[last]?.target
      show.use()
      show.texture('hostDrawn', (drawn === undefined ? undefined : buffers.all.get(drawn)?.read) ?? buffers.own?.texture ?? from.texture)
      show.set('hostDrawnPart', part)
      mixing(show, from, mask)
      show.draw(to)
    }
    checkErrors(gpu, `draw the effect ${decl.id}`)
    return to
  }

  return {
    instances: [instance],
    get on() { return isOn(instance) },
    draw(from, mask, to, moment) {
      if (forgetting.due()) forget()
      return draw(from, mask, to, moment)
    },
    skip() {
      built.inputs.miss()
      // What kept nothing goes on where the time has got to.
      if (built.program.passes.some(({ persistent }) => persistent)) forget()
      return forgetting.due()
    },
    warm(from, mask, to, moment) {
      draw(from, mask, to, moment)
      forget()
    },
    reload() {
      const fresh = build()
      built.close()
      built = fresh
    },
    close() { built.close() },
  }
}
