import type { Reads } from '../../engine/effect.js'

/**
 * What an effect that reads `mask` has besides `mask` and `maskAt`: each subject alone. The array holds the subjects only
 * where there are several (`hostMaskLayers`); one alone is what `mask` holds already, and is not copied.
 */
const MASK = `uniform int subjects;
uniform int hostMaskLayers;
uniform sampler2DArray hostMasks;
float subjectMaskAt(int i, vec2 uv) {
  if (i < 0 || i >= subjects) return 0.0;
  return i < hostMaskLayers ? texture(hostMasks, vec3(uv, float(i))).r : texture(mask, uv).r;
}
`

/** `centroid` is a word of GLSL's own (a way to interpolate), and no variable may be called so; before that it is the preprocessor's. */
const SUBJECT = `uniform vec2 hostCentroid;
#define centroid hostCentroid
uniform vec4 box;
uniform vec2 axis;
uniform float area;
uniform vec2 velocity;
uniform float present;
uniform vec4 boxes[8];
`

/** Where the field is flat (in the middle of a limb, or with no edge anywhere) there is no direction, and the gradient is 0. */
const SDF = `uniform sampler2D hostDistance;
uniform float hostDistanceAspect;
float distanceAt(vec2 uv) { return texture(hostDistance, uv).r; }
vec2 gradientAt(vec2 uv) {
  vec2 texel = 1.0 / vec2(textureSize(hostDistance, 0));
  vec2 rise = vec2(
    distanceAt(uv + vec2(texel.x, 0.0)) - distanceAt(uv - vec2(texel.x, 0.0)),
    distanceAt(uv + vec2(0.0, texel.y)) - distanceAt(uv - vec2(0.0, texel.y))
  ) / (texel * vec2(hostDistanceAspect, 1.0));
  float steepness = length(rise);
  return steepness > 1e-3 ? rise / steepness : vec2(0.0);
}
`

const FLOW = `uniform sampler2D hostFlow;
uniform vec2 hostFlowScale;
vec2 flowAt(vec2 uv) { return texture(hostFlow, uv).xy * hostFlowScale; }
`

/** As it is remembered, in the light of now. */
const PLATE = `uniform sampler2D hostPlate;
uniform sampler2D hostLight;
vec4 plateAt(vec2 uv) { return vec4(clamp(texture(hostPlate, uv).rgb + texture(hostLight, uv).rgb, 0.0, 1.0), 1.0); }
`

const LOOP = `uniform sampler2DArray hostLoop;
uniform float loopReady;
vec4 loopAt(float phase, vec2 uv) {
  if (uv.x < 0.0 || uv.y < 0.0 || uv.x > 1.0 || uv.y > 1.0) return vec4(0.0);
  float layers = float(textureSize(hostLoop, 0).z);
  return texture(hostLoop, vec3(uv, min(floor(fract(phase) * layers), layers - 1.0)));
}
`

/**
 * The declarations an effect gets for what it reads of its subject, to stand before its body; {@link SubjectWatch.apply}
 * sets them. `mask` stands after `uniform sampler2D mask`. What the other entries of `reads` give is declared elsewhere.
 */
export const SUBJECT_GLSL: Readonly<Partial<Record<Reads, string>>> = { mask: MASK, subject: SUBJECT, sdf: SDF, flow: FLOW, plate: PLATE, loop: LOOP }

/** Names the declarations use, which no parameter may have. */
export const SUBJECT_NAMES: readonly string[] = [
  'subjects', 'subjectMaskAt', 'centroid', 'box', 'axis', 'area', 'velocity', 'present', 'boxes',
  'distanceAt', 'gradientAt', 'flowAt', 'plateAt', 'loopAt', 'loopReady',
]
