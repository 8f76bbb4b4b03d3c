import type { Fit, Rotation } from '../engine/types.js'

/** A picture's stored size and how it is to be seen. */
export interface Shape {
  readonly width: number
  readonly height: number
  /** Clockwise degrees to stand upright; 0 unless told. */
  readonly rotation?: Rotation
  /** Width of a pixel over its height; 1 unless told. */
  readonly pixelAspect?: number
}

/** Where a picture lies on a canvas: whole pixels, `y` counted up from the bottom. May reach beyond the canvas (fill). */
export interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Lays a picture on a canvas, in the middle: all of it (letterbox), all of the canvas (fill), or both by distorting (stretch). */
export const placeOn = ({ width, height, rotation = 0, pixelAspect = 1 }: Shape, canvasWidth: number, canvasHeight: number, fit: Fit): Place => {
  const [lying, standing] = [width * pixelAspect, height]
  const [w, h] = rotation % 180 === 0 ? [lying, standing] : [standing, lying]
  const [sx, sy] = [canvasWidth / w, canvasHeight / h]
  const scale = fit === 'letterbox' ? Math.min(sx, sy) : Math.max(sx, sy)
  const size = (side: number, stretched: number) => Math.max(1, Math.round(side * (fit === 'stretch' ? stretched : scale)))
  const placed = { width: size(w, sx), height: size(h, sy) }
  return { x: Math.round((canvasWidth - placed.width) / 2), y: Math.round((canvasHeight - placed.height) / 2), ...placed }
}

/** Stored position from upright position, both 0..1 from the top left: s = s0 + su u + sv v, and so t. */
const TURNS: Readonly<Record<Rotation, { readonly s: readonly [number, number, number]; readonly t: readonly [number, number, number] }>> = {
  0: { s: [0, 1, 0], t: [0, 0, 1] },
  90: { s: [0, 0, 1], t: [1, -1, 0] },
  180: { s: [1, -1, 0], t: [1, 0, -1] },
  270: { s: [1, 0, -1], t: [0, 1, 0] },
}

/** Stored pixels from canvas pixels: x = dot(toX, (canvas x, canvas y, 1)). Stored y counts down from the top row. */
export interface Mapping {
  readonly toX: readonly [number, number, number]
  readonly toY: readonly [number, number, number]
}

/** Where each canvas pixel lies in the stored picture. */
export const mapToStored = ({ width, height, rotation = 0 }: Shape, place: Place): Mapping => {
  // u = (x - place.x) / place.width, v = 1 - (y - place.y) / place.height
  const row = (side: number, [at, u, v]: readonly [number, number, number]): [number, number, number] => [
    (side * u) / place.width,
    (-side * v) / place.height,
    side * (at - (u * place.x) / place.width + v * (1 + place.y / place.height)),
  ]
  return { toX: row(width, TURNS[rotation].s), toY: row(height, TURNS[rotation].t) }
}
