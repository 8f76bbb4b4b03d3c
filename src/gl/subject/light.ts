import { HEAD } from '../host-source.js'
import { createOwned } from '../owned.js'
import { createProgram } from '../program.js'
import { clearTarget, createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'

/** By how much the light of now differs from that in which a background was remembered. */
export interface Light {
  /** To be added to the background, as a tiny picture to be read between its pixels; its numbers may be negative. */
  readonly texture: WebGLTexture
  /** Measures it: call once the background is as it will be shown. */
  update(live: Target, mask: Target): void
  reset(): void
  close(): void
}

/** Cells of the shorter and the longer side: light on a stage is wide. */
const CELLS = { longer: 8, shorter: 5 }

/** The mean difference in a cell, where the subject is not; alpha: how much of the cell that is. */
const MEASURE = `${HEAD}uniform sampler2D live;
uniform sampler2D known;
uniform sampler2D mask;
uniform vec2 cell;
out vec4 difference;
void main() {
  vec4 sum = vec4(0.0);
  vec2 corner = (gl_FragCoord.xy - 0.5) * cell;
  for (int y = 0; y < 4; y++) for (int x = 0; x < 4; x++) {
    vec2 uv = corner + (vec2(x, y) + 0.5) / 4.0 * cell;
    float seen = texture(mask, uv).r < 0.04 ? 1.0 : 0.0;
    sum += vec4(texture(live, uv).rgb - texture(known, uv).rgb, 1.0) * seen;
  }
  difference = vec4(sum.rgb / max(sum.a, 1.0), sum.a / 16.0);
}
`

/**
 * Where the subject is, what is measured around it: means weighted by distance (Shepard, "A two-dimensional interpolation function for
 * irregularly-spaced data", 1968), so that there is no seam at its edge.
 */
const SPREAD = `${HEAD}uniform sampler2D measured;
out vec4 light;
void main() {
  ivec2 size = textureSize(measured, 0);
  vec4 sum = vec4(0.0);
  for (int y = 0; y < size.y; y++) for (int x = 0; x < size.x; x++) {
    vec4 one = texelFetch(measured, ivec2(x, y), 0);
    vec2 away = vec2(x, y) + 0.5 - gl_FragCoord.xy;
    float near = 1.0 / (0.05 + dot(away, away));
    sum += vec4(one.rgb, 1.0) * one.a * near * near;
  }
  light = vec4(sum.rgb / max(sum.a, 1e-6), 1.0);
}
`

/** Throws a {@link DoppelError} when the driver refuses. */
export const createLight = (gpu: Gpu, known: Target): Light => {
  const { keep, all, close } = createOwned()
  const wide = known.width >= known.height
  const [width, height] = wide ? [CELLS.longer, CELLS.shorter] : [CELLS.shorter, CELLS.longer]
  const { measure, spread, measured, light } = all(() => ({
    measure: keep(createProgram(gpu, { fragment: MEASURE, file: 'plate: the light of now' })),
    spread: keep(createProgram(gpu, { fragment: SPREAD, file: 'plate: the light of now' })),
    measured: keep(createTarget(gpu, { width, height, format: 'rgba16f', filter: 'nearest' })),
    light: keep(createTarget(gpu, { width, height, format: 'rgba16f' })),
  }))
  const cell = [1 / width, 1 / height]
  return {
    texture: light.texture,
    update(live, mask) {
      measure.use()
      measure.set('cell', cell)
      measure.texture('live', live.texture)
      measure.texture('known', known.texture)
      measure.texture('mask', mask.texture)
      measure.draw(measured)
      spread.use()
      spread.texture('measured', measured.texture)
      spread.draw(light)
    },
    reset() { clearTarget(gpu, light) },
    close,
  }
}
