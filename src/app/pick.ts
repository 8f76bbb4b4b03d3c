import type { Transform } from '../engine/look.js'
import type { Fit, Picture } from '../engine/types.js'
import { placeOn } from '../gl/fit.js'
import { createPlaced, placeLayer } from '../gl/transform.js'

/** A place in a source's upright picture: parts of it, from its top left. */
export interface Spot { readonly x: number; readonly y: number }

/** Pixels of a picture as it is seen: upright, square. */
export const uprightOf = (picture: Picture): { readonly width: number; readonly height: number } =>
  picture.kind === 'drawing' ? picture
    : picture.rotation % 180 === 0 ? { width: picture.width * picture.pixelAspect, height: picture.height }
      : { width: picture.height, height: picture.width * picture.pixelAspect }

/** Where a point of the canvas (0..1, from the bottom left) lies in a picture that is laid on it, and then moved by `transform`; undefined beside it. */
export const spotOn = (u: number, v: number, picture: { readonly width: number; readonly height: number }, canvas: readonly [number, number], fit: Fit, transform?: Transform): Spot | undefined => {
  const [width, height] = canvas
  let [x, y] = [u, v]
  if (transform) {
    const placed = createPlaced()
    placeLayer(placed, transform, width, height)
    const dot = (row: Float32Array) => (row[0] ?? 0) * u + (row[1] ?? 0) * v + (row[2] ?? 0)
    ;[x, y] = [dot(placed.toU), dot(placed.toV)]
    const [left = 0, bottom = 0, right = 1, top = 1] = placed.window
    if (placed.hidden || x < left || x > right || y < bottom || y > top) return undefined
  }
  const place = placeOn(picture, width, height, fit)
  const spot = { x: (x * width - place.x) / place.width, y: 1 - (y * height - place.y) / place.height }
  return spot.x >= 0 && spot.x <= 1 && spot.y >= 0 && spot.y <= 1 ? spot : undefined
}

/** Where a point of a window (0..1, from its top left) lies on the canvas it shows (0..1, from the bottom left); undefined beside it. */
export const canvasPoint = (x: number, y: number, window: readonly [number, number], canvas: readonly [number, number], fit: Fit): readonly [number, number] | undefined => {
  const spot = spotOn(x, 1 - y, { width: canvas[0], height: canvas[1] }, window, fit)
  return spot && [spot.x, 1 - spot.y]
}
