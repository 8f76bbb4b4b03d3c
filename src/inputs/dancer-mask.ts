import { BONES, createDancer, poseDancer, stageSpan, type Dancer } from './dancer.js'

/**
 * Signed distance from (x, y) to the round cone between two discs, in the same unit: the convex hull of both, neither of
 * which may lie inside the other. Between the
 * two tangent points the nearest edge is the tangent line, which leans by the difference of the radii over their distance.
 */
export const roundCone = (x: number, y: number, ax: number, ay: number, ra: number, bx: number, by: number, rb: number): number => {
  const length = Math.max(1e-4, Math.hypot(bx - ax, by - ay))
  const ux = (bx - ax) / length
  const uy = (by - ay) / length
  const along = (x - ax) * ux + (y - ay) * uy
  const across = Math.abs((y - ay) * ux - (x - ax) * uy)
  const lean = Math.min(0.999, Math.max(-0.999, (ra - rb) / length))
  const rise = Math.sqrt(1 - lean * lean)
  const onAxis = along * rise - across * lean
  if (onAxis <= 0) return Math.hypot(along, across) - ra
  if (onAxis >= length * rise) return Math.hypot(x - bx, y - by) - rb
  return along * lean + across * rise - ra
}

/** Signed distance to the whole dancer, frame heights. */
export const dancerDistance = ({ joints, radii }: Dancer, x: number, y: number): number => {
  let nearest = Number.POSITIVE_INFINITY
  for (const [a, b] of BONES) {
    const d = roundCone(x, y, joints[2 * a] ?? 0, joints[2 * a + 1] ?? 0, radii[a] ?? 0, joints[2 * b] ?? 0, joints[2 * b + 1] ?? 0, radii[b] ?? 0)
    if (d < nearest) nearest = d
  }
  return nearest
}

/**
 * The exact mask of the dancer drawn by `shaders/dancer.frag`, as ground truth: 0 to 255, top row first. The centre of
 * pixel (i, j) from the bottom left lies at x = (i + 0.5 - width / 2) / height, y = (j + 0.5) / height; coverage is
 * clamp(0.5 - d * height) with d the distance to the union of round cones over {@link BONES}. About 0.2 us a pixel.
 */
export const dancerMask = (time: number, seed: number, width: number, height: number): Uint8Array => {
  const dancer = createDancer()
  poseDancer(dancer, time, seed, stageSpan(width / height))
  const mask = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    const y = (height - row - 0.5) / height
    for (let i = 0; i < width; i++) {
      const d = dancerDistance(dancer, (i + 0.5 - width / 2) / height, y)
      mask[row * width + i] = Math.round(255 * Math.min(1, Math.max(0, 0.5 - d * height)))
    }
  }
  return mask
}
