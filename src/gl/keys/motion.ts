import { float } from '../../engine/params.js'
import { edges } from './params.js'
import type { KeyDecl, MemoryStep, Pace } from './types.js'

/** What a picture is compared with follows it in so many seconds, to 63 %: a change shows as long at 30 as at 60 pictures a second. */
const FOLLOWS_SECONDS = 0.06
/** Half floats up to 16 hold 128ths exactly, so that nothing is lost however often they are added up. */
const PER_SECOND = 128

const createMotionPace = (): Pace => {
  const step: MemoryStep = { rate: 1, first: 1, elapsed: 0, adapting: 0 }
  let fresh = true
  let last = 0
  let owed = 0
  return {
    ready: 1,
    step(_, time, isNew) {
      if (!isNew) return undefined
      const since = fresh ? 0 : Math.max(0, time - last)
      owed = fresh ? 0 : owed + since * PER_SECOND
      const whole = Math.floor(owed + 1e-6)
      owed -= whole
      step.elapsed = Math.min(whole / PER_SECOND, 12)
      step.first = fresh ? 1 : 0
      step.rate = fresh ? 1 : 1 - Math.exp(-since / FOLLOWS_SECONDS)
      fresh = false
      last = time
      return step
    },
    reset() { fresh = true },
  }
}

/**
 * What moves is the subject, and for a while what moved. The memory holds, of each place, lightness and colour as they lately were;
 * how much it moved when it last did; and the seconds since then.
 */
export const motion = {
  id: 'motion',
  label: 'Motion key',
  about: 'The subject is whatever moves, and stays it for a while when it has come to rest.',
  params: {
    threshold: float(0, 0.5, 0.06, 'Change that counts'),
    softness: float(0, 0.5, 0.06, 'Softness'),
    hold: float(0, 6, 0.4, 'Hold (seconds)'),
    decay: float(0, 6, 0.4, 'Decay after that (seconds)'),
    ...edges(0.012),
  },
  glsl: `float leftOf(float since) { return 1.0 - clamp((since - hold) / max(decay, 0.001), 0.0, 1.0); }
float keyOf(vec4 colour, vec2 uv) {
  vec4 known = memoryAt(uv);
  return known.b * leftOf(known.a);
}
`,
  memory: {
    glsl: `vec4 remember(vec4 colour, vec4 before, vec2 uv) {
  vec2 now = vec2(lumaOf(colour.rgb), 0.7 * (colour.r - colour.b));
  float moves = clamp((distance(now, before.rg) - threshold) / max(softness, 0.004) + 0.5, 0.0, 1.0) * (1.0 - first);
  float since = min(before.a + elapsed, 15.0);
  float left = before.b * leftOf(since);
  // What has run out begins at 0 again, for this is looked up between its pixels: half of a 1 that moved now is to be half.
  vec2 moved = moves > 0.0 && moves >= left ? vec2(moves, 0.0) : left > 0.0 ? vec2(before.b, since) : vec2(0.0);
  return vec4(mix(before.rg, now, rate), moved);
}
`,
    pixel: 3,
    pace: createMotionPace,
  },
} as const satisfies KeyDecl
