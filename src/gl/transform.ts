import type { Transform } from '../engine/look.js'

/** Where each point of the canvas lies in a layer, for `PLACE_GLSL`. Filled anew by {@link placeLayer}. */
export interface Placed {
  /** Layer u = dot(toU, (canvas u, canvas v, 1)); and so v. */
  readonly toU: Float32Array
  readonly toV: Float32Array
  /** What is left after cropping: u0, v0, u1, v1. */
  readonly window: Float32Array
  /** Looks per layer u and v: turns a distance to an edge into looks, for each is as soft as it is wide. */
  readonly edge: Float32Array
  /** Looks per canvas pixel along each side: more than one where the layer is drawn much smaller. */
  looks: number
  /** Nothing of it can be seen. */
  hidden: boolean
}

export const createPlaced = (): Placed => ({
  toU: new Float32Array(3), toV: new Float32Array(3), window: new Float32Array(4), edge: new Float32Array(2), looks: 1, hidden: false,
})

export const isIdentity = ({ position, anchor, scale, rotation, cropLeft, cropRight, cropTop, cropBottom, mirrorX, mirrorY }: Transform): boolean =>
  position[0] === anchor[0] && position[1] === anchor[1] && scale === 1 && rotation % 360 === 0
  && cropLeft <= 0 && cropRight <= 0 && cropTop <= 0 && cropBottom <= 0 && !mirrorX && !mirrorY

const MOST_LOOKS = 4
const RADIANS = Math.PI / 180

/** Works out the way back from a canvas of `width` x `height` pixels to a layer of the same size. Allocates nothing. */
export const placeLayer = (out: Placed, t: Transform, width: number, height: number): void => {
  const aspect = width / height
  const [px = 0.5, py = 0.5] = t.position
  const [ax = 0.5, ay = 0.5] = t.anchor
  const cos = Math.cos(t.rotation * RADIANS)
  const sin = Math.sin(t.rotation * RADIANS)
  const mx = (t.mirrorX ? -1 : 1) / t.scale
  const my = (t.mirrorY ? -1 : 1) / t.scale
  const { toU, toV, window, edge } = out
  // Turned back in square pixels (x in picture heights), then scaled back, then to uv again.
  toU[0] = mx * cos
  toU[1] = (mx * sin) / aspect
  toU[2] = ax - mx * (cos * px + (sin * py) / aspect)
  toV[0] = -my * sin * aspect
  toV[1] = my * cos
  toV[2] = ay - my * (-sin * aspect * px + cos * py)
  window[0] = t.cropLeft
  window[1] = t.cropBottom
  window[2] = 1 - t.cropRight
  window[3] = 1 - t.cropTop
  out.looks = Math.min(MOST_LOOKS, Math.max(1, Math.ceil(1 / t.scale / 1.5)))
  // The layer has the canvas's own pixels: scale alone says how long one of them is.
  edge[0] = width * t.scale * out.looks
  edge[1] = height * t.scale * out.looks
  out.hidden = !(t.scale > 0) || t.cropLeft + t.cropRight >= 1 || t.cropTop + t.cropBottom >= 1
}

/** `vec4 placed(vec2 uv)`: the layer at a point of the canvas, premultiplied, transparent beyond its (soft) edge. */
export const PLACE_GLSL = `uniform sampler2D layer;
uniform vec2 canvas;
uniform vec3 toU;
uniform vec3 toV;
uniform vec4 window;
uniform vec2 edge;
uniform int looks;
vec4 placed(vec2 uv) {
  vec4 sum = vec4(0.0);
  for (int y = 0; y < looks; y++) for (int x = 0; x < looks; x++) {
    vec3 at = vec3(uv + ((vec2(x, y) + 0.5) / float(looks) - 0.5) / canvas, 1.0);
    vec2 from = vec2(dot(toU, at), dot(toV, at));
    vec2 inside = clamp(min(from - window.xy, window.zw - from) * edge + 0.5, 0.0, 1.0);
    if (inside.x * inside.y > 0.0) sum += texture(layer, from) * inside.x * inside.y;
  }
  return sum / float(looks * looks);
}
`
