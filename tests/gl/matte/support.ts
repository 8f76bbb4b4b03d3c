import { createProgram } from '../../../src/gl/program.js'
import { createTarget } from '../../../src/gl/target.js'
import type { Mapping } from '../../../src/gl/fit.js'
import type { SmallMasks } from '../../../src/gl/matte/types.js'
import type { Gpu } from '../../../src/gl/types.js'
import { pixelsOf } from '../support.js'

const SHOW = `#version 300 es
precision highp float;
precision highp sampler2DArray;
in vec2 hostUv;
uniform sampler2DArray layers;
uniform int layer;
out vec4 colour;
void main() { colour = vec4(texture(layers, vec3(hostUv, float(layer))).r); }
`

/** Reads a layer as bytes, top row first. */
export const createLayerReader = (gpu: Gpu, width: number, height: number) => {
  const target = createTarget(gpu, { width, height, format: 'rgba8' })
  const program = createProgram(gpu, { fragment: SHOW, file: 'layer' })
  return {
    read(layers: WebGLTexture, layer: number): Uint8Array {
      program.use()
      program.texture('layers', layers)
      program.set('layer', layer)
      program.draw(target)
      const pixels = pixelsOf(gpu, target)
      const out = new Uint8Array(width * height)
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[y * width + x] = pixels[((height - 1 - y) * width + x) * 4] ?? 0
      return out
    },
    close() { for (const unit of [program, target]) unit.close() },
  }
}

/** The whole canvas shows the whole picture. */
export const stretched = (masks: { readonly width: number; readonly height: number }, width: number, height: number): Mapping => ({
  toX: [masks.width / width, 0, 0], toY: [0, -masks.height / height, masks.height],
})

/** A mask made smaller as a segmenter would see it: the mean of what each of its pixels covers. */
export const shrink = ({ width, height, data }: { readonly width: number; readonly height: number; readonly data: Uint8Array }, w: number, h: number): Uint8Array => {
  const out = new Uint8Array(w * h)
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    let [sum, count] = [0, 0]
    for (let sy = Math.floor((y * height) / h); sy < Math.max(Math.floor((y * height) / h) + 1, Math.floor(((y + 1) * height) / h)); sy++) {
      for (let sx = Math.floor((x * width) / w); sx < Math.max(Math.floor((x * width) / w) + 1, Math.floor(((x + 1) * width) / w)); sx++) {
        sum += data[sy * width + sx] ?? 0
        count += 1
      }
    }
    out[y * w + x] = Math.round(sum / count)
  }
  return out
}

/** Masks of one or several subjects, as they come from a segmenter. */
export const smallMasks = (width: number, height: number, planes: readonly Uint8Array[], serial: number, seq = serial): SmallMasks => ({
  width, height, seq, serial,
  plane: (i) => planes[i] ?? new Uint8Array(width * height),
  confidence: Float32Array.from({ length: 8 }, (_, i) => (planes[i] ? 1 : 0)),
})
