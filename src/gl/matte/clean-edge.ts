import { createProgram } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { createOwned } from '../owned.js'

/** Takes the background's colour out of the subjects' soft edges, for cut-outs that are laid over something else. */
export interface CleanEdge {
  /** `amount` 0..1. `layers` holds the first `count` masks (R8). The picture is valid until the next call. */
  draw(colour: Target, layers: WebGLTexture, count: number, amount: number): Target
  close(): void
}

/**
 * A pixel of the edge shows a F + (1 - a) B. What the subject shows there (F) is taken from its own inside nearby: the mean of the
 * colours around, each weighted by how surely it is the subject. Inside and outside nothing changes.
 */
const SOURCE = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2DArray;
in vec2 hostUv;
out vec4 clean;
uniform sampler2D colour;
uniform sampler2DArray masks;
uniform int count;
uniform float amount;
uniform vec2 pixel;
float maskAt(vec2 uv) {
  float most = 0.0;
  for (int i = 0; i < 8; i++) if (i < count) most = max(most, texture(masks, vec3(uv, float(i))).r);
  return most;
}
void main() {
  clean = texture(colour, hostUv);
  float here = maskAt(hostUv);
  if (here > 0.01 && here < 0.99) {
    vec4 sum = vec4(0.0);
    float weights = 0.0;
    for (int ring = 1; ring <= 3; ring++) for (int k = 0; k < 8; k++) {
      float angle = (float(k) + 0.5 * float(ring)) * 0.7853981634;
      vec2 at = hostUv + vec2(cos(angle), sin(angle)) * pixel * float(ring * ring + 1);
      float sure = smoothstep(0.85, 1.0, maskAt(at)) / float(ring);
      sum += texture(colour, at) * sure;
      weights += sure;
    }
    if (weights > 0.01) clean = mix(clean, sum / weights, amount * (1.0 - smoothstep(0.7, 0.99, here)) * min(1.0, weights * 4.0));
  }
}
`

/** Allocates only here; throws a {@link DoppelError} when memory is short. */
export const createCleanEdge = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): CleanEdge => {
  const { keep, all, close } = createOwned()
  const { program, target } = all(() => ({
    program: keep(createProgram(gpu, { fragment: SOURCE, file: 'clean edges' })),
    target: keep(createTarget(gpu, { width, height, format: 'rgba8' })),
  }))
  const pixel = [1 / width, 1 / height]
  return {
    draw(colour, layers, count, amount) {
      program.use()
      program.set('count', count)
      program.set('amount', amount)
      program.set('pixel', pixel)
      program.texture('colour', colour.texture)
      program.texture('masks', layers)
      program.draw(target)
      return target
    },
    close,
  }
}
