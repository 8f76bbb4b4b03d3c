import { colour, float } from '../../engine/params.js'
import { edges } from './params.js'
import type { KeyDecl } from './types.js'

/**
 * Of a colour's chroma, as much as points the screen's way: what it has along the screen's hue, less what lies across it. Hues farther
 * off than the angle whose tangent is 1 / slope have none. After van den Bergh and Lalioti, "Software chroma keying in an immersive
 * virtual environment" (South African Computer Journal 24, 1999). `screenWay` is the screen's hue as a direction, and how strong it is.
 */
const SCREEN = `float screenIn(vec3 c, float slope) {
  vec2 p = chromaOf(c);
  return max(0.0, dot(p, screenWay.xy) - slope * abs(p.x * screenWay.y - p.y * screenWay.x));
}
float slopeOf(float similar) { return (1.0 - similar) / max(similar, 0.01); }
`

/**
 * A screen is never lit evenly. Its level is measured in every place, from pixels with its hue and at least most of its
 * saturation, and the key is how much of the level there shines through: it falls evenly across a blurred or a hairy edge
 * however bright the screen behind is.
 */
export const chroma = {
  id: 'chroma',
  label: 'Chroma key',
  about: 'The subject is what is not the colour of the screen, and the light of the screen is taken off it.',
  params: {
    key: colour(0, 0.69, 0.25, 1, 'Colour of the screen'),
    similarity: float(0.05, 0.95, 0.45, 'How far hues may be from it'),
    softness: float(0, 1, 0.7, 'Softness'),
    spill: float(0, 1, 1, 'Takes the light of the screen off the subject'),
    ...edges(0.006),
  },
  glsl: `${SCREEN}float keyOf(vec4 colour, vec2 uv) {
  vec2 level = texture(screenLevel, uv).rg;
  float whole = screenWay.z;
  // Where no screen is near, it is as bright as the colour that was picked.
  float here = max((level.r + 1e-3 * whole) / (level.g + 1e-3), 0.2 * whole);
  float clear = screenIn(colour.rgb, slopeOf(similarity)) / here;
  return clamp((0.5 - clear) / max(softness, 0.004) + 0.5, 0.0, 1.0);
}
`,
  screen: {
    levelGlsl: `vec2 levelOf(vec4 colour) {
  float whole = screenWay.z;
  float level = screenIn(colour.rgb, slopeOf(similarity));
  float saturated = level * lumaOf(key.rgb) / (max(lumaOf(colour.rgb), 0.02) * whole);
  float light = level / whole;
  // Blends with the subject are darker, or paler: they hardly count. What is darker still is a black subject that the screen shines on.
  float weight = min(light * light, 2.0) * smoothstep(0.15, 0.3, light) * smoothstep(0.5, 0.85, saturated) * colour.a;
  return vec2(level, 1.0) * weight;
}
`,
    /**
     * What an edge or a reflection has of the screen is subtracted as the light it is, which gives back the very colour that
     * was lit; desaturating it would leave grey. What an edge is left with is only its share, so it is divided by that. Where
     * there is no subject the screen keeps its brightness and loses its colour.
     */
    spillGlsl: `vec4 despilled(vec4 colour, float m) {
  float light = screenIn(colour.rgb, 0.577) / screenWay.z;
  // In the outer half of an edge softness has made the mask less than its share.
  float share = max(m, 0.5 + (m - 0.5) * softness);
  vec3 own = clamp((colour.rgb - light * key.rgb) / max(share, 0.05), 0.0, 1.0);
  vec3 grey = clamp(colour.rgb - light * (key.rgb - lumaOf(key.rgb)), 0.0, 1.0);
  return vec4(mix(colour.rgb, mix(grey, own, smoothstep(0.0, 0.2, m)), spill), colour.a);
}
`,
  },
} as const satisfies KeyDecl
