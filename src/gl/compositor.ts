import { BLEND_MODES, createTransform, type BlendMode, type Transform } from '../engine/look.js'
import { BLEND_GLSL, FIXED_BLENDS, type BlendFactors } from './blend.js'
import { createProgram, type Program } from './program.js'
import { clearTarget, createTarget } from './target.js'
import { createPlaced, isIdentity, PLACE_GLSL, placeLayer } from './transform.js'
import type { Compositor, Gpu, Target } from './types.js'

const HEAD = `#version 300 es
precision highp float;
precision highp int;
in vec2 hostUv;
uniform float opacity;
out vec4 colour;
${PLACE_GLSL}`

/** Premultiplied colours fade by multiplying all four; `base` is the least opacity that remains. */
const PLAIN = `${HEAD}uniform float base;
void main() {
  colour = placed(hostUv) * opacity;
  colour.a = max(colour.a, base);
}
`

/** Co = as B(b, s) + (1 - as) b over an opaque backdrop. */
const BLENDED = `${HEAD}uniform sampler2D backdrop;
uniform int mode;
${BLEND_GLSL}void main() {
  vec4 source = placed(hostUv) * opacity;
  vec3 below = texture(backdrop, hostUv).rgb;
  vec3 straight = source.a > 0.0 ? min(source.rgb / source.a, 1.0) : vec3(0.0);
  colour = vec4(source.a * blend(mode, below, straight) + (1.0 - source.a) * below, 1.0);
}
`

const IDENTITY: Transform = createTransform()

/**
 * Lays layers over black, the first one at the bottom; whatever its blend mode, that one simply lies there. A layer that is
 * alone, whole and in place is given back as it is: it costs no pass (its transparent parts are then still transparent;
 * every output shows them black).
 */
export const createCompositor = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): Compositor => {
  const { gl } = gpu
  const plain = createProgram(gpu, { fragment: PLAIN, file: 'compositor' })
  const blended = createProgram(gpu, { fragment: BLENDED, file: 'compositor blend' })
  const [one, two] = [createTarget(gpu, { width, height, format: 'rgba8' }), createTarget(gpu, { width, height, format: 'rgba8' })]
  const canvas = [width, height]
  const placed = createPlaced()
  let result: Target | undefined
  let single = false

  const set = (program: Program, layer: Target, opacity: number) => {
    program.use()
    program.set('opacity', opacity)
    program.set('canvas', canvas)
    program.set('toU', placed.toU)
    program.set('toV', placed.toV)
    program.set('window', placed.window)
    program.set('edge', placed.edge)
    program.set('looks', placed.looks)
    program.texture('layer', layer.texture)
  }
  const lay = (layer: Target, opacity: number, to: Target, bottom: boolean) => {
    set(plain, layer, opacity)
    plain.set('base', bottom ? 1 : 0)
    plain.draw(to)
    return to
  }
  const layOver = (layer: Target, opacity: number, [from, under]: BlendFactors, to: Target) => {
    gl.enable(gl.BLEND)
    gl.blendFunc(gl[from], gl[under])
    lay(layer, opacity, to, false)
    gl.disable(gl.BLEND)
    return to
  }
  // What lies below is read while it is drawn over, so it moves to the other canvas.
  const blendOver = (layer: Target, opacity: number, mode: BlendMode, below: Target) => {
    const to = below === one ? two : one
    set(blended, layer, opacity)
    blended.set('mode', BLEND_MODES.indexOf(mode))
    blended.texture('backdrop', below.texture)
    blended.draw(to)
    return to
  }
  return {
    begin(alone = false) {
      result = undefined
      single = alone
    },
    add(layer, opacity, mode = 'normal', transform = IDENTITY) {
      if (!(opacity > 0)) return
      if (single && opacity >= 1 && isIdentity(transform)) {
        result = layer
        return
      }
      placeLayer(placed, transform, width, height)
      if (placed.hidden) return
      const fixed = FIXED_BLENDS[mode]
      if (!result) result = lay(layer, Math.min(1, opacity), one, true)
      else if (fixed) layOver(layer, Math.min(1, opacity), fixed, result)
      else result = blendOver(layer, Math.min(1, opacity), mode, result)
    },
    finish() {
      if (result) return result
      clearTarget(gpu, one, 0, 0, 0, 1)
      return one
    },
    close() {
      for (const unit of [plain, blended, one, two]) unit.close()
    },
  }
}
