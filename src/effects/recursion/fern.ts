import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, choice, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

const MOST = 700
/** Selves smaller than so much of the picture's height are not drawn: they would only flicker. */
const SMALLEST = 0.032
const NODE = 5
/** x and y of the root, the angle, the length (negative: mirrored) and how many steps from the first. */
const nodes = new Float32Array(MOST * NODE)
const crop = new Float32Array(4)

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

/**
 * The affine maps of an iterated function system (Barnsley, "Fractals Everywhere", 1988): where on a plant one long its
 * smaller copies are rooted, how large each is, how much of `spread` it turns, whether it is mirrored, and whether `leaves` scales it.
 */
interface Leaf { readonly at: number; readonly by: number; readonly turn: number; readonly mirrored?: true; readonly stem?: true }
const SHAPES: Readonly<Record<string, readonly Leaf[]>> = {
  fern: [{ at: 0.2, by: 0.8, turn: 0, stem: true }, { at: 0.13, by: 0.42, turn: 1 }, { at: 0.2, by: 0.42, turn: -1, mirrored: true }],
  bush: [{ at: 0.34, by: 0.62, turn: 0.8, mirrored: true }, { at: 0.34, by: 0.62, turn: -0.8 }, { at: 0.36, by: 0.45, turn: 0 }],
  star: [{ at: 0.3, by: 0.45, turn: 0 }, { at: 0.3, by: 0.45, turn: 1.33 }, { at: 0.3, by: 0.45, turn: -1.33, mirrored: true }],
  curl: [{ at: 0.2, by: 0.86, turn: 0.35, stem: true }, { at: 0.2, by: 0.45, turn: -1, mirrored: true }],
}
/** A star grows to so many sides at once. */
const SIDES: Readonly<Record<string, number>> = { star: 5 }

/** Plants of plants, step by step outwards; those of one step follow each other. Gives their number. */
const grow = ({ values, moment, subject, aspect }: ClonePlay): number => {
  const maps = SHAPES[String(values.shape)] ?? []
  const sides = SIDES[String(values.shape)] ?? 1
  const spread = number(values.spread) * 2 * Math.PI
  const smallest = SMALLEST / number(values.seedling)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = subject.box
  let count = 0
  for (let side = 0; side < sides; side++) {
    nodes[count * NODE] = ((x0 + x1) / 2) * aspect
    nodes[count * NODE + 1] = sides > 1 ? (y0 + y1) / 2 : y0
    nodes[count * NODE + 2] = (side * 2 * Math.PI) / sides
    nodes[count * NODE + 3] = number(values.size)
    nodes[count * NODE + 4] = 0
    count++
  }
  for (let i = 0; i < count && count < MOST; i++) {
    const x = nodes[i * NODE] ?? 0
    const y = nodes[i * NODE + 1] ?? 0
    const angle = nodes[i * NODE + 2] ?? 0
    const length = nodes[i * NODE + 3] ?? 0
    const step = (nodes[i * NODE + 4] ?? 0) + 1
    // Left on one beat, right on the next; what is further out comes after.
    const lean = number(values.sway) * 2 * Math.PI * Math.cos(Math.PI * (moment.beat - step * number(values.lag)))
    for (const { at, by, turn, mirrored, stem } of maps) {
      const longer = Math.abs(length) * by * (stem ? 1 : number(values.leaves))
      if (longer < smallest || count >= MOST) continue
      const away = at * Math.abs(length)
      nodes[count * NODE] = x - Math.sin(angle) * away
      nodes[count * NODE + 1] = y + Math.cos(angle) * away
      nodes[count * NODE + 2] = angle + (length < 0 ? -1 : 1) * turn * spread + lean
      nodes[count * NODE + 3] = (length < 0) === (mirrored ?? false) ? longer : -longer
      nodes[count * NODE + 4] = step
      count++
    }
  }
  return count
}

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, subject, aspect } = play
  if (subject.present < 0.5) return
  const boxTall = Math.max(0.05, (subject.box[3] ?? 0) - (subject.box[1] ?? 0))
  // The furthest lie at the back.
  for (let i = grow(play) - 1; i >= 0; i--) {
    const length = nodes[i * NODE + 3] ?? 0
    const angle = nodes[i * NODE + 2] ?? 0
    const step = nodes[i * NODE + 4] ?? 0
    const scale = (Math.abs(length) * number(values.seedling)) / boxTall
    const ago = (step * number(values.lag) * 60) / moment.bpm
    play.cropAt(ago, crop)
    // Feet on the root: the middle of a self is half of it further up.
    const up = 0.5 * scale * Math.max(0, (crop[3] ?? 0) - (crop[1] ?? 0))
    const x = (nodes[i * NODE] ?? 0) - Math.sin(angle) * up
    const y = (nodes[i * NODE + 1] ?? 0) + Math.cos(angle) * up
    const reach = 2 * up + scale * 0.5
    if (x < -reach || x > aspect + reach || y < -reach || y > 1 + reach) continue
    out.add(x, y, length < 0 ? -scale : scale, scale, angle, ago, 1, step)
  }
}

export const fern = defineEffect({
  id: 'fern',
  label: 'Fern',
  about: 'A fractal plant of hundreds of selves grows behind the subject, leaf upon leaf, and bends with the beat to its tips.',
  shader: 'clone-tree.frag',
  reads: ['history', 'subject'],
  params: {
    shape: choice(['fern', 'bush', 'star', 'curl'], 'fern', 'Shape'),
    size: float(0.3, 3, 1.4, 'Size (heights)'),
    seedling: float(0.1, 0.8, 0.42, 'Size of a self (of its leaf)'),
    leaves: float(0.6, 1.3, 1, 'Size of leaves'),
    spread: float(0, 0.25, 0.17, 'Leaves part (turns)'),
    sway: float(0, 0.1, 0.02, 'Sway on the beat (turns)'),
    lag: beats(0, 1 / 2, 1 / 8, 'Later a step (beats)'),
    hue: float(-0.2, 0.2, 0.06, 'Hue a step (turns)'),
  },
  clones: { most: MOST, behind: 'source', front: true, within: true, arrange },
})
