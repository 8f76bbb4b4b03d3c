import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

const MOST_DEPTH = 6
const MOST_TREES = 4
/** Nodes as in a binary heap: those of one generation follow each other, and the children of i are 2i + 1 and 2i + 2. */
const MOST = 2 ** (MOST_DEPTH + 1) - 1
const NODE = 4
/** x and y of the foot, the angle, the scale (negative: mirrored). */
const nodes = new Float32Array(MOST * NODE)
const crop = new Float32Array(4)
const path = new Float32Array(2)
/** Foot and head of a copy, from the middle of its crop. */
const ends = new Float32Array(4)

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
/** A smooth bump around every whole number: the crown swells on the beat, generation after generation. */
const bump = (beat: number): number => (0.5 + 0.5 * Math.cos(2 * Math.PI * beat)) ** 3

/** Where the principal axis through the centroid leaves the subject's box, down and up, `ago` seconds ago. */
const findEnds = ({ cropAt, pathAt, subject }: ClonePlay, ago: number): void => {
  cropAt(ago, crop)
  pathAt(ago, path)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  const [midX, midY] = [(x0 + x1) / 2, (y0 + y1) / 2]
  const x = Math.min(x1, Math.max(x0, path[0] ?? midX))
  const y = Math.min(y1, Math.max(y0, path[1] ?? midY))
  const [ax = 0, ay = 1] = subject.axis
  for (let end = 0; end < 2; end++) {
    const sign = end === 0 ? -1 : 1
    const sideways = Math.abs(ax) < 1e-4 ? Infinity : ((ax * sign > 0 ? x1 : x0) - x) / (ax * sign)
    const along = Math.abs(ay) < 1e-4 ? Infinity : ((ay * sign > 0 ? y1 : y0) - y) / (ay * sign)
    const far = Math.min(sideways, along) * sign
    ends[end * 2] = x + ax * far - midX
    ends[end * 2 + 1] = y + ay * far - midY
  }
}

/** Whether the subject lies rather than stands: then its tree grows sideways, and what is mirrored is so top to bottom, to keep foot and head apart. */
const isLying = ({ subject }: ClonePlay): boolean => Math.abs(subject.axis[0] ?? 0) > Math.abs(subject.axis[1] ?? 1)

/** Fills `nodes` with a tree that is rooted at 0, 0: down the generations, foot on head. */
const grow = (play: ClonePlay, depth: number, lies: boolean): void => {
  const { values, moment } = play
  const spread = number(values.spread) * 2 * Math.PI
  const sway = number(values.sway) * 2 * Math.PI
  const lag = number(values.lag)
  nodes.fill(0, 0, NODE)
  nodes[3] = number(values.size)
  for (let level = 0; level < depth; level++) {
    findEnds(play, (level * lag * 60) / moment.bpm)
    const [footX = 0, footY = 0, headX = 0, headY = 0] = ends
    const beat = moment.beat - (level + 1) * Math.max(lag, 1 / 16)
    const swing = sway * Math.cos(Math.PI * beat)
    const grown = number(values.shrink) * (1 + 0.1 * bump(beat))
    for (let i = 2 ** level - 1; i < 2 ** (level + 1) - 1; i++) {
      const angle = nodes[i * NODE + 2] ?? 0
      const scale = nodes[i * NODE + 3] ?? 0
      const [dx, dy] = [(headX - footX) * (lies ? Math.abs(scale) : scale), (headY - footY) * (lies ? scale : Math.abs(scale))]
      for (let side = 1; side >= -1; side -= 2) {
        const at = (2 * i + (side > 0 ? 1 : 2)) * NODE
        nodes[at] = (nodes[i * NODE] ?? 0) + dx * Math.cos(angle) - dy * Math.sin(angle)
        nodes[at + 1] = (nodes[i * NODE + 1] ?? 0) + dx * Math.sin(angle) + dy * Math.cos(angle)
        nodes[at + 2] = angle + side * spread + swing
        nodes[at + 3] = -side * Math.abs(scale) * grown
      }
    }
  }
}

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, subject, aspect } = play
  if (subject.present < 0.5) return
  const depth = Math.min(MOST_DEPTH, Math.round(number(values.depth)))
  const trees = Math.round(number(values.trees))
  const lies = isLying(play)
  grow(play, depth, lies)
  findEnds(play, 0)
  const rootX = ((crop[0] ?? 0) + (crop[2] ?? 0)) / 2 + (ends[0] ?? 0)
  const rootY = ((crop[1] ?? 0) + (crop[3] ?? 0)) / 2 + (ends[1] ?? 0)
  // The trunks are in front.
  for (let level = depth; level >= 0; level--) {
    const ago = (level * number(values.lag) * 60) / moment.bpm
    findEnds(play, ago)
    const [footX = 0, footY = 0] = ends
    const reach = Math.max((crop[2] ?? 0) - (crop[0] ?? 0), (crop[3] ?? 0) - (crop[1] ?? 0))
    for (let tree = 0; tree < trees; tree++) {
      // Every other one is mirrored: they bow to each other.
      const way = tree % 2 === 0 ? 1 : -1
      const offset = (tree - (trees - 1) / 2) * number(values.apart) / (lies ? aspect : 1)
      for (let i = 2 ** level - 1; i < 2 ** (level + 1) - 1; i++) {
        const angle = nodes[i * NODE + 2] ?? 0
        const scale = nodes[i * NODE + 3] ?? 0
        const size = Math.abs(scale)
        const [dx, dy] = lies ? [footX * size, footY * scale] : [footX * scale, footY * size]
        const alongX = (nodes[i * NODE] ?? 0) - (dx * Math.cos(angle) - dy * Math.sin(angle))
        const alongY = (nodes[i * NODE + 1] ?? 0) - (dx * Math.sin(angle) + dy * Math.cos(angle))
        const x = rootX + (lies ? alongX : offset + way * alongX)
        const y = rootY + (lies ? offset + way * alongY : alongY)
        const far = reach * size
        if (x < -far || x > aspect + far || y < -far || y > 1 + far) continue
        // All of the crop as one piece: it lands by its own middle, which ends are counted from. A side of the frame cuts crops short.
        out.addPiece(x, y, lies ? size : way * scale, lies ? way * scale : size, way * angle, ago, 1, level, 0, 0, 1, 1)
      }
    }
  }
}

export const cloneTree = defineEffect({
  id: 'clone-tree',
  label: 'Clone Tree',
  about: 'Trees of clones to both sides: two stand on every head, two on each of theirs, and the crowns sway with the beat.',
  shader: 'clone-tree.frag',
  reads: ['history', 'subject'],
  params: {
    trees: int(1, MOST_TREES, 2, 'Trees'),
    apart: float(0, 2, 1, 'Trees apart (heights)'),
    depth: int(1, MOST_DEPTH, 5, 'Generations'),
    size: float(0.2, 1, 0.42, 'Size of the trunk'),
    shrink: float(0.4, 0.85, 0.7, 'Size a generation'),
    spread: float(0, 0.25, 0.09, 'Branches part (turns)'),
    sway: float(0, 0.1, 0.02, 'Sway on the beat (turns)'),
    lag: beats(0, 1 / 2, 1 / 8, 'Later a generation (beats)'),
    hue: float(-0.5, 0.5, 0.06, 'Hue a generation (turns)'),
  },
  clones: { most: MOST * MOST_TREES, behind: 'source', front: true, within: true, arrange },
})
