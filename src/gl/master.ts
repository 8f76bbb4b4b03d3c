import { createProgram } from './program.js'
import { clearTarget, createTarget } from './target.js'
import type { Gpu, MasterStage, Target } from './types.js'

const FADE = `#version 300 es
precision highp float;
in vec2 hostUv;
uniform sampler2D picture;
uniform float opacity;
out vec4 colour;
void main() { colour = vec4(texture(picture, hostUv).rgb * opacity, 1.0); }
`

/** Makes what stands between the finished picture and the outputs. At rest it costs nothing: the picture is given back as it is. */
export const createMaster = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): MasterStage => {
  const program = createProgram(gpu, { fragment: FADE, file: 'master' })
  const [held, faded] = [createTarget(gpu, { width, height, format: 'rgba8' }), createTarget(gpu, { width, height, format: 'rgba8' })]
  let holding = false
  const draw = (picture: Target, opacity: number, to: Target) => {
    program.use()
    program.set('opacity', opacity)
    program.texture('picture', picture.texture)
    program.draw(to)
    return to
  }
  return {
    get holding() { return holding },
    finish(picture, { opacity, blackout, freeze }) {
      // What is held must be the master's own, for layers go on drawing into theirs.
      if (freeze && !holding) draw(picture, 1, held)
      holding = freeze
      if (blackout || !(opacity > 0)) {
        clearTarget(gpu, faded, 0, 0, 0, 1)
        return faded
      }
      const whole = holding ? held : picture
      return opacity >= 1 ? whole : draw(whole, opacity, faded)
    },
    close() {
      for (const unit of [program, held, faded]) unit.close()
    },
  }
}
