import { float, trigger } from '../../engine/params.js'
import { edges } from './params.js'
import type { KeyDecl, KeyValues, MemoryStep, Pace } from './types.js'

/** The plate is the mean of so many seconds. */
const LEARNING_SECONDS = 0.5
/** Of the time in which a plate adapts: so often it takes a picture in, for 16 bits hold no smaller steps. */
const ADAPTS = 20

const secondsOf = (values: KeyValues) => Number(values['adapt'] ?? 0)

/** Learns at the first picture and whenever told to; and then, if it adapts, a little now and again. */
const createPlatePace = (): Pace => {
  const step: MemoryStep = { rate: 1, first: 1, elapsed: 0, adapting: 0 }
  let fresh = true
  let learning = false
  let fired = 0
  let began = 0
  let pictures = 0
  let adapted = 0
  return {
    get ready() { return fresh || learning ? 0 : 1 },
    step(values, time, isNew) {
      const told = Number(values['learn'] ?? 0)
      if (fresh || told !== fired) {
        fresh = false
        learning = true
        fired = told
        began = time
        pictures = 0
      } else if (!isNew) {
        return undefined
      }
      if (learning && pictures > 0 && time - began >= LEARNING_SECONDS) {
        learning = false
        adapted = time
      }
      step.adapting = learning ? 0 : 1
      if (learning) {
        pictures += 1
        step.rate = 1 / pictures
        step.first = pictures === 1 ? 1 : 0
        return step
      }
      const constant = secondsOf(values)
      if (constant <= 0 || time - adapted < constant / ADAPTS) return undefined
      step.rate = 1 - Math.exp(-Math.min(time - adapted, constant / 4) / constant)
      adapted = time
      return step
    },
    reset() { fresh = true },
  }
}

/** What was not there before is the subject. */
export const difference = {
  id: 'difference',
  label: 'Difference key',
  about: 'The subject is what differs from the empty stage, which is learnt in half a second when it starts and whenever you say so.',
  params: {
    learn: trigger('Learn the empty stage'),
    threshold: float(0, 0.5, 0.09, 'Difference that counts'),
    softness: float(0, 0.5, 0.08, 'Softness'),
    shadows: float(0, 1, 0.6, 'Lets shadows pass'),
    adapt: float(0, 60, 0, 'Follows changes of light (seconds, 0 never)'),
    ...edges(0.012),
  },
  glsl: `float keyOf(vec4 colour, vec2 uv) {
  vec3 plate = memoryAt(uv).rgb;
  // A shadow is the plate itself, darker, down to 0.4 of it.
  float shade = clamp(dot(colour.rgb, plate) / max(dot(plate, plate), 0.001), 0.4, 1.0);
  vec3 change = colour.rgb - plate * mix(1.0, shade, shadows);
  return ready * clamp((length(vec3(lumaOf(change), 2.0 * chromaOf(change))) - threshold) / max(softness, 0.004) + 0.5, 0.0, 1.0);
}
`,
  memory: {
    glsl: `vec4 remember(vec4 colour, vec4 before, vec2 uv) {
  // Looks at this pixel only: one that shied away from a subject beside it would fall behind, differ, and be shied away from in turn.
  float free = max(texelFetch(lastMask, ivec2(gl_FragCoord.xy), 0).r, keyOf(colour, uv)) < 0.02 ? 1.0 : 0.0;
  float taken = rate * (adapting > 0.0 ? free : 1.0);
  return vec4(mix(before.rgb, colour.rgb, first > 0.0 ? 1.0 : taken), 1.0);
}
`,
    pixel: 1,
    pace: createPlatePace,
  },
} as const satisfies KeyDecl
