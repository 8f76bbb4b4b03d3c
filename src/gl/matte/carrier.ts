import { createLayers } from '../subject/layers.js'
import { createMotionFinder } from '../subject/motion.js'
import { createProgram } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu } from '../types.js'
import type { Carrier } from './types.js'
import { createOwned } from '../owned.js'

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler2DArray;
in vec2 hostUv;
`
const KEEP = `${HEAD}uniform sampler2D from;
out vec4 motion;
void main() { motion = texelFetch(from, ivec2(gl_FragCoord.xy), 0); }
`
/**
 * `there` leads from the newer picture to the one the mask describes, `back` the other way. Where going there and back ends up elsewhere
 * (Sundaram, Brox and Keutzer, ECCV 2010, give this bound), the motion is not believed and the mask stays.
 */
const CARRY = `${HEAD}uniform sampler2D there;
uniform sampler2D back;
uniform sampler2DArray masks;
uniform int layer;
uniform vec2 texel;
out vec4 mask;
void main() {
  vec2 v = texture(there, hostUv).xy;
  vec2 w = texture(back, hostUv - v * texel).xy;
  vec2 off = v + w;
  float believed = 1.0 - smoothstep(0.5, 1.0, dot(off, off) / (0.01 * (dot(v, v) + dot(w, w)) + 0.5));
  mask = texture(masks, vec3(hostUv - v * texel * believed, float(layer)));
}
`

/** Makes the carrier for so many subjects. Allocates only here; throws a {@link DoppelError} when memory is short. */
export const createCarrier = (gpu: Gpu, { width, height, most }: { readonly width: number; readonly height: number; readonly most: number }): Carrier => {
  const { keep, all, close } = createOwned()
  const build = () => {
    const finder = keep(createMotionFinder(gpu, { width, height }))
    return {
      finder,
      back: keep(createTarget(gpu, { width: finder.width, height: finder.height, format: 'rg16f' })),
      layers: keep(createLayers(gpu, { width, height, count: most, format: 'R8', purpose: 'masks that are carried along' })),
      keeping: keep(createProgram(gpu, { fragment: KEEP, file: 'kept motion' })),
      carrying: keep(createProgram(gpu, { fragment: CARRY, file: 'carried masks' })),
    }
  }
  const built = all(build)
  const { finder, back, layers, keeping, carrying } = built
  let [takenFrom, takenTo, carried] = [Number.NaN, Number.NaN, Number.NaN]
  const texel = [1 / finder.width, 1 / finder.height]
  let given: WebGLTexture | undefined
  return {
    carry(masks, count, matteSeq, from, fromSeq, to, toSeq) {
      if (fromSeq === takenFrom && toSeq === takenTo && matteSeq === carried && given) return given
      if (fromSeq !== takenFrom) finder.take(from, 0)
      if (toSeq !== takenTo) finder.take(to, 1)
      let there = finder.trace(1, 0)
      keeping.use()
      keeping.texture('from', there.texture)
      keeping.draw(back)
      there = finder.trace(0, 1)
      carrying.use()
      carrying.texture('there', there.texture)
      carrying.texture('back', back.texture)
      carrying.texture('masks', masks)
      carrying.set('texel', texel)
      for (let i = 0; i < Math.min(count, most); i++) {
        carrying.set('layer', i)
        layers.aim(i)
        carrying.draw(layers)
      }
      ;[takenFrom, takenTo, carried] = [fromSeq, toSeq, matteSeq]
      return (given = layers.texture)
    },
    held: (matteSeq) => (matteSeq === carried ? given : undefined),
    close,
  }
}
