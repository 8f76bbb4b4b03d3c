import { TRANSITIONS, type TransitionKind, type TransitionLook } from '../engine/look.js'
import { createProgram } from './program.js'
import { createDistanceField } from './subject/distance.js'
import { createMasks } from './subject/masks.js'
import { createTarget } from './target.js'
import type { Gpu, Target, Transition } from './types.js'

/**
 * How much of the next scene is seen: an expression of `uv`, `progress` and `softness`. `reveal(when)` brings in at
 * progress 0 what has `when` 0 and last of all what has 1, with the soft edge outside of that.
 */
const SHOWN: Readonly<Record<Exclude<TransitionKind, 'dip'>, string>> = {
  cut: '1.0',
  dissolve: 'progress',
  // Along the wipe's direction, 0 at the first corner of the picture and 1 at the last.
  wipe: 'reveal(dot((uv - 0.5) * vec2(aspect, 1.0), direction) / (abs(direction.x) * aspect + abs(direction.y)) + 0.5)',
  luma: 'reveal(1.0 - dot(texture(outgoing, uv).rgb, vec3(0.2126, 0.7152, 0.0722)))',
  subject: 'carried(uv)',
}

const CASES = TRANSITIONS.map((kind, i) => (kind === 'dip' ? '' : `    case ${i}: return ${SHOWN[kind]};\n`)).join('')

/** The subject's inside first, then rings around it, each as wide for the eye as the last; what is out of reach of any subject dissolves. */
const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
in vec2 hostUv;
uniform sampler2D outgoing;
uniform sampler2D incoming;
uniform sampler2D distances;
uniform int kind;
uniform float progress;
uniform float softness;
uniform float aspect;
uniform vec2 direction;
uniform vec4 through;
out vec4 colour;
float reveal(float when) {
  float soft = max(softness, 1e-3);
  return clamp((progress * (1.0 + soft) - when) / soft, 0.0, 1.0);
}
float carried(vec2 uv) {
  float edge = max(softness, 1e-3);
  float reach = length(vec2(aspect, 1.0)) + edge;
  float grown = smoothstep(0.0, 0.2, progress) * clamp((texture(distances, uv).r + reach * progress * progress) / edge + 0.5, 0.0, 1.0);
  return max(grown, smoothstep(0.8, 1.0, progress));
}
float shown(vec2 uv) {
  switch (kind) {
${CASES}  }
  return progress;
}
void main() {
  if (kind == ${TRANSITIONS.indexOf('dip')}) {
    bool first = progress < 0.5;
    vec4 scene = first ? texture(outgoing, hostUv) : texture(incoming, hostUv);
    colour = mix(scene, vec4(through.rgb * through.a, 1.0), 1.0 - abs(2.0 * progress - 1.0));
  } else {
    colour = mix(texture(outgoing, hostUv), texture(incoming, hostUv), shown(hostUv));
  }
}
`

/** Canvas pixels to each of the field the subject grows by: its contour is soft anyway. */
const PIXEL = 4

/** Makes the way from one finished scene to the next. Everything is compiled and allocated here. */
export const createTransition = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): Transition => {
  const program = createProgram(gpu, { fragment: FRAGMENT, file: 'transition' })
  const canvas = createTarget(gpu, { width, height, format: 'rgba8' })
  const masks = createMasks(gpu, { width, height })
  const field = createDistanceField(gpu, { width, height, pixel: PIXEL })
  const direction = new Float32Array(2)
  return {
    draw(from: Target, to: Target, look: TransitionLook, progress: number, subject?: Target) {
      const at = Math.min(1, Math.max(0, progress))
      const kind = look.kind === 'subject' && !subject ? 'dissolve' : look.kind
      if (!(at > 0) && kind !== 'cut') return from
      if (at >= 1 || kind === 'cut') return to
      if (kind === 'subject') {
        // No number stays the same from tick to tick: the mask's texture does, but not what it holds.
        masks.take(undefined, 0)
        masks.take(subject, 0)
        field.update(masks)
      }
      const angle = (look.angle * Math.PI) / 180
      direction[0] = Math.cos(angle)
      direction[1] = Math.sin(angle)
      program.use()
      program.set('kind', TRANSITIONS.indexOf(kind))
      program.set('progress', at)
      program.set('softness', look.softness)
      program.set('aspect', width / height)
      program.set('direction', direction)
      program.set('through', look.colour)
      program.texture('outgoing', from.texture)
      program.texture('incoming', to.texture)
      program.texture('distances', field.texture)
      program.draw(canvas)
      return canvas
    },
    close() {
      for (const unit of [program, canvas, masks, field]) unit.close()
    },
  }
}
