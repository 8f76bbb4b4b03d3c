/** Which part of the picture a cut-out of some time is taken from, in uv. */
export interface Crop {
  /** Centre of the subject's box then: what a copy is placed by. */
  readonly centre: Float32Array
  /** x0, y0, x1, y1: all of the subject is inside. */
  readonly edges: Float32Array
}

/** Where the subject's box was, so far back. */
export interface Boxes {
  /** Adds the box (x0, y0, x1, y1) as it is at `time`, seconds; earlier ones are forgotten first when the time runs backwards. */
  add(time: number, box: ArrayLike<number>): void
  /** The crop `secondsAgo` before the last `add`. */
  at(secondsAgo: number, out: Crop): void
  /** As `at(0)`, but with room for the subject wherever it was in all the time that is kept. */
  span(out: Crop): void
  reset(): void
}

export const createCrop = (): Crop => ({ centre: new Float32Array(2), edges: new Float32Array(4) })

/** Boxes kept, however long the time. */
const KEPT = 256
/** A box is measured a tick late and smoothed: within so many seconds it has caught up with what it describes. */
const LAG_SECONDS = 0.1
/** Room beyond the box, for soft edges: so much of its own size, and of the picture's. */
const ROOM = { ofBox: 0.03, ofPicture: 0.015 }

/** Makes a record that reaches `seconds` back, of a picture `aspect` times as wide as high. */
export const createBoxes = (seconds: number, aspect: number): Boxes => {
  const times = new Float64Array(KEPT)
  const boxes = new Float32Array(KEPT * 4)
  const spacing = seconds / (KEPT - 2)
  let newest = 0
  let count = 0
  const place = (back: number) => (newest - back + KEPT) % KEPT
  const timeOf = (back: number) => times[place(back)] ?? 0
  const edge = (back: number, i: number) => boxes[place(back) * 4 + i] ?? 0
  /** Widens `edges` to hold the box of so many records ago; `ahead` seconds further on, if it goes on growing as it does. */
  const hold = (edges: Float32Array, back: number, ahead: number) => {
    const span = count > 1 ? timeOf(back) - timeOf(back + 1) : 0
    for (let i = 0; i < 4; i++) {
      const here = edge(back, i)
      const there = span > 0 ? here + ((here - edge(back + 1, i)) / span) * ahead : here
      const reach = i < 2 ? Math.min(here, there) : Math.max(here, there)
      edges[i] = i < 2 ? Math.min(edges[i] ?? 0, reach) : Math.max(edges[i] ?? 0, reach)
    }
  }
  const finish = ({ centre, edges }: Crop, back: number) => {
    for (let i = 0; i < 2; i++) {
      centre[i] = (edge(back, i) + edge(back, i + 2)) / 2
      const room = ROOM.ofBox * ((edges[i + 2] ?? 0) - (edges[i] ?? 0)) + ROOM.ofPicture / (i === 0 ? aspect : 1)
      edges[i] = Math.max(0, (edges[i] ?? 0) - room)
      edges[i + 2] = Math.min(1, (edges[i + 2] ?? 0) + room)
    }
  }
  const copy = (edges: Float32Array, back: number) => {
    for (let i = 0; i < 4; i++) edges[i] = edge(back, i)
  }
  return {
    add(time, box) {
      if (count > 0 && time < timeOf(0)) count = 0
      if (count < 2 ? count === 0 || time > timeOf(0) : timeOf(0) - timeOf(1) >= spacing && time > timeOf(0)) {
        newest = (newest + 1) % KEPT
        count = Math.min(KEPT, count + 1)
      }
      times[newest] = time
      for (let i = 0; i < 4; i++) boxes[newest * 4 + i] = box[i] ?? 0
    },
    at(secondsAgo, out) {
      const time = timeOf(0) - Math.max(0, secondsAgo)
      let back = 0
      while (back < count - 1 && timeOf(back) > time + 1e-4) back += 1
      copy(out.edges, back)
      // Boxes that were measured a little later describe this time, too.
      for (let later = back - 1; later >= 0 && timeOf(later) <= time + LAG_SECONDS; later--) hold(out.edges, later, 0)
      const missing = time + LAG_SECONDS - timeOf(0)
      if (missing > 0) hold(out.edges, 0, missing)
      finish(out, back)
    },
    span(out) {
      copy(out.edges, 0)
      for (let back = 1; back < count; back++) hold(out.edges, back, 0)
      hold(out.edges, 0, LAG_SECONDS)
      finish(out, 0)
    },
    reset() {
      count = 0
    },
  }
}
