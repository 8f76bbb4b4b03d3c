import type { EffectDecl } from '../engine/effect.js'
import type { Plain } from './plain.js'
import { BANDS } from './outlines.js'
import { authored, HEAD, MOMENT_GLSL, paramsGlsl, readsGlsl, sound } from './host-source.js'

/**
 * A strip of quads for each instance, of so much of the crop as is to be drawn, placed by the subject's centre. `place` is x, y and the two
 * scales; `look` the angle, the history's layer (-1 is live), opacity and extra; `pivot` the subject's centre in uv; `strip0` and on: see
 * outlines.ts.
 */
export const CLONE_VERTEX = `#version 300 es
layout(location = 0) in vec4 place;
layout(location = 1) in vec4 look;
layout(location = 2) in vec4 crop;
layout(location = 3) in vec2 pivot;
layout(location = 4) in vec4 strip0;
layout(location = 5) in vec4 strip1;
layout(location = 6) in vec4 strip2;
layout(location = 7) in vec4 strip3;
uniform vec2 resolution;
uniform float hostBands;
out vec2 hostUv;
flat out vec4 hostLook;
flat out vec4 piece;
float stripAt(int i) { return (i < 8 ? i < 4 ? strip0 : strip1 : i < 12 ? strip2 : strip3)[i & 3]; }
void main() {
  piece = crop;
  int level = gl_VertexID >> 1;
  vec2 part = vec2(stripAt(level + (gl_VertexID & 1) * ${BANDS + 1}), mix(strip3.z, strip3.w, float(level) / hostBands));
  hostUv = mix(crop.xy, crop.zw, part);
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 from = (hostUv - pivot) * size * place.zw;
  vec2 turn = vec2(cos(look.x), sin(look.x));
  vec2 at = place.xy + vec2(from.x * turn.x - from.y * turn.y, from.x * turn.y + from.y * turn.x);
  gl_Position = vec4(at / size * 2.0 - 1.0, 0.0, 1.0);
  hostLook = vec4(look.yzw, 0.0);
}
`

const CUTOUTS: Readonly<Record<'live' | 'whole' | 'past', (mask: string) => string>> = {
  live: (mask) => `texture(source, hostUv) * texture(${mask}, hostUv).r`,
  whole: () => 'texture(source, hostUv)',
  past: () => 'texture(hostHistory, vec3(hostUv, hostLook.x))',
}

/**
 * The whole fragment shader of a clone effect, whose `body` holds `vec4 clone(vec4 cutout, vec2 uv, float extra)`. `uv` is where in
 * the picture the cut-out is taken from, and `piece` the corners (x0, y0, x1, y1) of all that this copy takes, in uv as well. There is one
 * for copies of now, one for those of a picture that is all subject, and one for those of the past: a shader that could do them all would look
 * for all of it, on a CPU at least. With `plain`, those values are constants.
 */
export const cloneSource = (decl: EffectDecl, body: string, of: 'live' | 'whole' | 'past', plain?: Plain): string => {
  const reads = new Set(decl.reads)
  const mask = reads.has('mask') ? 'mask' : 'hostMask'
  return [
    HEAD,
    'in vec2 hostUv;\nflat in vec4 hostLook;\nflat in vec4 piece;\n',
    MOMENT_GLSL,
    'uniform sampler2D source;\n',
    reads.has('mask') ? '' : 'uniform sampler2D hostMask;\n',
    readsGlsl(reads),
    paramsGlsl(decl, '', plain),
    authored(body),
    'out vec4 hostColour;\nvoid main() {\n',
    `  vec4 hostCutout = ${CUTOUTS[of](mask)};\n`,
    `  hostColour = ${sound('clone(hostCutout, hostUv, hostLook.z)')} * hostLook.y;\n}\n`,
  ].join('')
}

/** The live cut-out as it is. */
export const FRONT_SOURCE = `${HEAD}in vec2 hostUv;
uniform sampler2D source;
uniform sampler2D hostMask;
out vec4 hostColour;
void main() { hostColour = texelFetch(source, ivec2(gl_FragCoord.xy), 0) * texture(hostMask, hostUv).r; }
`

/** Mixes a picture that was drawn aside with what it was drawn from. */
export const MIX_SOURCE = `${HEAD}in vec2 hostUv;
uniform sampler2D source;
uniform sampler2D drawn;
uniform sampler2D hostMask;
uniform float hostMix;
uniform int hostMaskMode;
out vec4 hostColour;
void main() {
  float amount = hostMix;
  if (hostMaskMode != 0) {
    float inside = texture(hostMask, hostUv).r;
    amount *= hostMaskMode == 1 ? inside : 1.0 - inside;
  }
  ivec2 at = ivec2(gl_FragCoord.xy);
  hostColour = mix(texelFetch(source, at, 0), texelFetch(drawn, at, 0), amount);
}
`
