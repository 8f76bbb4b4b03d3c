import { bool, float } from '../../engine/params.js'
import { edges } from './params.js'
import type { KeyDecl } from './types.js'

/** What is bright, or dark, is the subject. */
export const luma = {
  id: 'luma',
  label: 'Luma key',
  about: 'The subject is what is as bright as you say: a lit figure on a black stage, or, inverted, a silhouette.',
  params: {
    low: float(0, 1, 0.4, 'Darkest'),
    high: float(0, 1, 1, 'Brightest'),
    softness: float(0, 1, 0.1, 'Softness beyond either'),
    invert: bool(false, 'All but that'),
    ...edges(0.006),
  },
  glsl: `float keyOf(vec4 colour, vec2 uv) {
  float y = lumaOf(colour.rgb);
  float soft = max(softness, 0.002);
  float m = clamp(1.0 + (y - low) / soft, 0.0, 1.0) * clamp(1.0 + (high - y) / soft, 0.0, 1.0);
  return invert ? 1.0 - m : m;
}
`,
} as const satisfies KeyDecl
