import { createProgram } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'

/** Makes one picture of several masks. */
export interface LabelStage {
  /** Red: which subject a pixel belongs to (1 to `count` in 255ths, 0 none); green: how much it belongs to any. */
  draw(layers: WebGLTexture, count: number): Target
  /** The same of one mask, which is subject 1. */
  drawOne(mask: WebGLTexture): Target
  close(): void
}

const LABELS = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2DArray;
in vec2 hostUv;
uniform sampler2DArray layers;
uniform int count;
out vec4 labels;
void main() {
  float most = 0.0;
  int label = 0;
  for (int i = 0; i < count; i++) {
    float mask = texture(layers, vec3(hostUv, float(i))).r;
    if (mask > most) {
      most = mask;
      label = i + 1;
    }
  }
  labels = vec4(most >= 0.5 ? float(label) / 255.0 : 0.0, most, 0.0, 1.0);
}
`

const LABEL = `#version 300 es
precision highp float;
in vec2 hostUv;
uniform sampler2D mask;
out vec4 labels;
void main() {
  float most = texture(mask, hostUv).r;
  labels = vec4(most >= 0.5 ? 1.0 / 255.0 : 0.0, most, 0.0, 1.0);
}
`

export const createLabelStage = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): LabelStage => {
  const target = createTarget(gpu, { width, height, format: 'rgba8', filter: 'nearest' })
  const program = createProgram(gpu, { fragment: LABELS, file: 'labels' })
  const single = createProgram(gpu, { fragment: LABEL, file: 'label' })
  return {
    drawOne(mask) {
      single.use()
      single.texture('mask', mask)
      single.draw(target)
      return target
    },
    draw(layers, count) {
      program.use()
      program.texture('layers', layers)
      program.set('count', count)
      program.draw(target)
      return target
    },
    close() {
      program.close()
      single.close()
      target.close()
    },
  }
}
