import { BLEND_MODES, type BlendMode } from '../engine/look.js'

/** Source and destination factors, by their names in WebGL. */
export type BlendFactors = readonly ['ONE' | 'DST_COLOR', 'ONE' | 'ONE_MINUS_SRC_ALPHA' | 'ONE_MINUS_SRC_COLOR']

/**
 * The modes the blending unit does by itself, given a premultiplied source over an opaque backdrop b. With W3C's
 * `Co = as B(b, s) + (1 - as) b` and S = as s: screen is S + b (1 - S), multiply S b + (1 - as) b, and add (plus-lighter)
 * S + b.
 */
export const FIXED_BLENDS: Readonly<Partial<Record<BlendMode, BlendFactors>>> = {
  normal: ['ONE', 'ONE_MINUS_SRC_ALPHA'],
  add: ['ONE', 'ONE'],
  screen: ['ONE', 'ONE_MINUS_SRC_COLOR'],
  multiply: ['DST_COLOR', 'ONE_MINUS_SRC_ALPHA'],
}

/** Section 9.1: `B(b, s)` of one channel. */
const SEPARABLE: Readonly<Partial<Record<BlendMode, string>>> = {
  'overlay': 'hardLight(s, b)',
  'soft-light': 's <= 0.5 ? b - (1.0 - 2.0 * s) * b * (1.0 - b) : b + (2.0 * s - 1.0) * ((b <= 0.25 ? ((16.0 * b - 12.0) * b + 4.0) * b : sqrt(b)) - b)',
  'hard-light': 'hardLight(b, s)',
  'colour-dodge': 'b < NIL ? 0.0 : s > 1.0 - NIL ? 1.0 : min(1.0, b / (1.0 - s))',
  'colour-burn': 'b > 1.0 - NIL ? 1.0 : s < NIL ? 0.0 : 1.0 - min(1.0, (1.0 - b) / s)',
  'darken': 'min(b, s)',
  'lighten': 'max(b, s)',
  'difference': 'abs(b - s)',
  'exclusion': 'b + s - 2.0 * b * s',
}

/** Section 9.2: `B(b, s)` of the whole colour. */
const WHOLE: Readonly<Partial<Record<BlendMode, string>>> = {
  hue: 'setLum(setSat(s, sat(b)), lum(b))',
  saturation: 'setLum(setSat(b, sat(s)), lum(b))',
  colour: 'setLum(s, lum(b))',
  luminosity: 'setLum(b, lum(s))',
}

const numbered = (table: Readonly<Partial<Record<BlendMode, string>>>) =>
  BLEND_MODES.flatMap((mode, i) => (table[mode] === undefined ? [] : [`    case ${i}: return ${table[mode]};\n`])).join('')

/**
 * `vec3 blend(int mode, vec3 b, vec3 s)`: what source s becomes over backdrop b, both straight, by index of
 * `BLEND_MODES`. NIL is less than one 8-bit step: whether a channel is exactly 0 or 1 must not hang on float rounding.
 */
export const BLEND_GLSL = `const float NIL = 1e-4;
float hardLight(float b, float s) { return s <= 0.5 ? b * 2.0 * s : b + (2.0 * s - 1.0) - b * (2.0 * s - 1.0); }
float lum(vec3 c) { return dot(c, vec3(0.3, 0.59, 0.11)); }
float least(vec3 c) { return min(c.r, min(c.g, c.b)); }
float most(vec3 c) { return max(c.r, max(c.g, c.b)); }
float sat(vec3 c) { return most(c) - least(c); }
vec3 setLum(vec3 c, float l) {
  c += l - lum(c);
  float low = least(c);
  float high = most(c);
  if (low < 0.0) c = l + (c - l) * l / max(l - low, NIL);
  if (high > 1.0) c = l + (c - l) * (1.0 - l) / max(high - l, NIL);
  return c;
}
vec3 setSat(vec3 c, float s) {
  float range = sat(c);
  return range < NIL ? vec3(0.0) : (c - least(c)) * s / range;
}
float channel(int mode, float b, float s) {
  switch (mode) {
${numbered(SEPARABLE)}  }
  return s;
}
vec3 blend(int mode, vec3 b, vec3 s) {
  switch (mode) {
${numbered(WHOLE)}  }
  return vec3(channel(mode, b.r, s.r), channel(mode, b.g, s.g), channel(mode, b.b, s.b));
}
`
