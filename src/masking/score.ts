/** A mask of one subject: `width * height` bytes, top row first; 128 and above is inside. */
export interface Region { readonly width: number; readonly height: number; readonly data: ArrayLike<number> }

/** How well a mask fits the truth, as DAVIS measures it: both from 0 to 1. */
export interface Score { readonly j: number; readonly f: number }

const inside = ({ data }: Region, i: number) => (data[i] ?? 0) >= 128

/** Region similarity: intersection over union; 1 where both are empty. Perazzi et al., CVPR 2016, equation 1. */
export const regionSimilarity = (a: Region, b: Region): number => {
  let both = 0
  let either = 0
  for (let i = 0; i < a.width * a.height; i++) {
    const [inA, inB] = [inside(a, i), inside(b, i)]
    if (inA && inB) both++
    if (inA || inB) either++
  }
  return either === 0 ? 1 : both / either
}

/** Pixels at whose right, lower or lower right neighbour the region ends (davis2017's `_seg2bmap`). */
const boundaryOf = (region: Region): Uint8Array => {
  const { width, height } = region
  const edge = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const i = y * width + x
    const here = inside(region, i)
    const [right, below] = [x + 1 < width, y + 1 < height]
    const differs = (right && inside(region, i + 1) !== here) || (below && inside(region, i + width) !== here) || (right && below && inside(region, i + width + 1) !== here)
    if (differs) edge[i] = 1
  }
  return edge
}

/** Offsets of the rows of a disc of this radius, and how far each reaches. */
const discRows = (radius: number): readonly (readonly [dy: number, reach: number])[] =>
  Array.from({ length: 2 * radius + 1 }, (_, i) => [i - radius, Math.floor(Math.sqrt(radius * radius - (i - radius) ** 2))] as const)

const dilate = (edge: Uint8Array, width: number, height: number, radius: number): Uint8Array => {
  const grown = new Uint8Array(edge.length)
  const rows = discRows(radius)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    if (edge[y * width + x] !== 1) continue
    for (const [dy, reach] of rows) {
      if (y + dy < 0 || y + dy >= height) continue
      grown.fill(1, (y + dy) * width + Math.max(0, x - reach), (y + dy) * width + Math.min(width - 1, x + reach) + 1)
    }
  }
  return grown
}

/** Share of the picture's diagonal by which boundaries may be apart. */
const BOUND = 0.008

/** Boundary accuracy: the F measure of how much of each boundary lies near the other's. As davis2017-evaluation's `f_measure`. */
export const boundaryAccuracy = (mask: Region, truth: Region): number => {
  const { width, height } = mask
  const radius = Math.ceil(BOUND * Math.hypot(width, height))
  const [ours, theirs] = [boundaryOf(mask), boundaryOf(truth)]
  const share = (edge: Uint8Array, near: Uint8Array): readonly [matched: number, all: number] => {
    let [matched, all] = [0, 0]
    for (let i = 0; i < edge.length; i++) {
      if (edge[i] !== 1) continue
      all++
      if (near[i] === 1) matched++
    }
    return [matched, all]
  }
  const [rightOurs, allOurs] = share(ours, dilate(theirs, width, height, radius))
  const [rightTheirs, allTheirs] = share(theirs, dilate(ours, width, height, radius))
  const precision = allOurs > 0 ? rightOurs / allOurs : 1
  const recall = allTheirs > 0 ? rightTheirs / allTheirs : 1
  // Of an empty boundary everything is right, but of the other nothing was found.
  if (allOurs === 0 && allTheirs > 0) return 0
  if (allOurs > 0 && allTheirs === 0) return 0
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

/** Both measures. Throws a RangeError when the sizes differ. */
export const score = (mask: Region, truth: Region): Score => {
  if (mask.width !== truth.width || mask.height !== truth.height) throw new RangeError(`a mask of ${mask.width}x${mask.height} cannot be held against one of ${truth.width}x${truth.height}`)
  return { j: regionSimilarity(mask, truth), f: boundaryAccuracy(mask, truth) }
}
