import { SUBJECT_COLOURS } from '../engine/palette.js'
import { createLayers } from './subject/layers.js'
import { createOwned } from './owned.js'
import { createProgram } from './program.js'
import { createTarget } from './target.js'
import type { Drawn, Gpu, Target } from './types.js'

/** A source's picture with its subjects in their colours, for whoever clicks. */
export interface MaskView {
  /** `chosen` (from 0) is outlined broadly. The picture is valid until the next call. */
  draw(drawn: Drawn, chosen: number): Target
  close(): void
}

/** How masks come in a picture: `Drawn.subjects.packed`. */
const PACKINGS = { none: 0, channels: 1, labels: 2, layers: 3 } as const

const SOURCE = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2DArray;
in vec2 hostUv;
out vec4 colour;
uniform sampler2D picture;
uniform sampler2D mask;
uniform sampler2DArray layers;
uniform int packing;
uniform int count;
uniform int chosen;
uniform vec2 pixel;
uniform vec3 colours[${SUBJECT_COLOURS.length}];
float maskAt(int i, vec2 uv) {
  if (packing == ${PACKINGS.layers}) return texture(layers, vec3(uv, float(i))).r;
  vec4 at = texture(mask, uv);
  if (packing == ${PACKINGS.channels}) return at[i];
  if (packing == ${PACKINGS.labels}) return int(at.r * 255.0 + 0.5) == i + 1 ? 1.0 : 0.0;
  return at.r;
}
void main() {
  vec3 seen = texture(picture, hostUv).rgb;
  float covered = 0.0;
  vec3 lines = vec3(0.0);
  float line = 0.0;
  for (int i = 0; i < ${SUBJECT_COLOURS.length}; i++) {
    if (i >= count) break;
    float here = maskAt(i, hostUv);
    vec2 wide = pixel * (i == chosen ? 3.0 : 1.5);
    float least = min(min(maskAt(i, hostUv + vec2(wide.x, 0.0)), maskAt(i, hostUv - vec2(wide.x, 0.0))), min(maskAt(i, hostUv + vec2(0.0, wide.y)), maskAt(i, hostUv - vec2(0.0, wide.y))));
    seen = mix(seen, colours[i], 0.3 * here);
    covered = max(covered, here);
    float edge = smoothstep(0.4, 0.6, here) * (1.0 - smoothstep(0.4, 0.6, least));
    lines = mix(lines, colours[i], edge);
    line = max(line, edge);
  }
  // What nobody follows steps back.
  seen *= mix(count > 0 ? 0.55 : 1.0, 1.0, covered);
  colour = vec4(mix(seen, lines, line), 1.0);
}
`

/** Made before the show; costs nothing until it is looked at. Throws a DoppelError when memory is short. */
export const createMaskView = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): MaskView => {
  const { keep, all, close } = createOwned()
  const { program, target, none, empty } = all(() => ({
    program: keep(createProgram(gpu, { fragment: SOURCE, file: 'mask view' })),
    target: keep(createTarget(gpu, { width, height, format: 'rgba8' })),
    // Samplers need a texture, whether or not anything is read from it.
    none: keep(createLayers(gpu, { width: 1, height: 1, count: 1, format: 'R8', purpose: 'the mask view' })),
    empty: keep(createTarget(gpu, { width: 1, height: 1, format: 'r8' })),
  }))
  const pixel = [1 / width, 1 / height]
  const colours = SUBJECT_COLOURS.flat()
  return {
    draw({ colour, mask, subjects, layers }, chosen) {
      program.use()
      program.set('packing', PACKINGS[subjects?.packed ?? 'none'])
      program.set('count', subjects?.count ?? (mask ? 1 : 0))
      program.set('chosen', chosen)
      program.set('pixel', pixel)
      program.set('colours', colours)
      program.texture('picture', colour.texture)
      program.texture('mask', (mask ?? empty).texture)
      program.texture('layers', layers ?? none.texture)
      program.draw(target)
      return target
    },
    close,
  }
}
