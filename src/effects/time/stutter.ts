import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, choice, float, int } from '../../engine/params.js'
import { addSheet, secondsOf, TURN, valueOf } from '../clones/arranging.js'
import { defineEffect } from '../define.js'

const TRAIL = 8
/** Tells the shader that a piece hides the live subject. */
const GONE = -1
const middle = new Float32Array(2)
const crop = new Float32Array(4)

/** Where the playhead is, in beats from the moment the stutter began, `at` beats into a piece: never later than now. */
const headAt = (motion: string, at: number, slice: number): number => {
  switch (motion) {
    case 'reverse': return -at
    case 'pingpong': return slice / 2 - Math.abs(at - slice / 2)
    case 'scratch': return (-slice / 2) * (1 - Math.cos((TURN * at) / slice))
    default: return at
  }
}

const arrange = (out: CloneList, play: ClonePlay): void => {
  const every = valueOf(play, 'every')
  const slice = valueOf(play, 'slice')
  const jump = valueOf(play, 'jump')
  const into = play.moment.beat - Math.floor(play.moment.beat / every) * every
  if (into >= every * valueOf(play, 'share')) return
  play.cropAt(0, crop)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  out.addPiece((x0 + x1) / 2, (y0 + y1) / 2, 1, 1, 0, 0, 1, GONE, 0, 0, 1, 1)

  const repeat = Math.floor(into / slice)
  const ago = secondsOf(play, Math.max(0, into - headAt(String(play.values.motion), into - repeat * slice, slice)))
  play.pathAt(ago, middle)
  // The latest repeat lies in front. Each steps out beyond the one before it, on the other side.
  for (let back = Math.min(repeat, valueOf(play, 'trail')); back >= 0; back--) {
    const one = repeat - back
    const aside = jump * Math.ceil(one / 2) * (one % 2 === 0 ? -1 : 1)
    const scale = (1 + valueOf(play, 'punch')) ** one
    const mirrored = play.values.flip === true && one % 2 === 1
    addSheet(out, play, middle, (middle[0] ?? 0) + aside, middle[1] ?? 0, mirrored ? -scale : scale, scale, 0, ago, 0.75 ** back, back)
  }
}

export const stutter = defineEffect({
  id: 'stutter',
  label: 'Stutter',
  about: 'The subject hangs like a scratched record: a moment is grabbed and repeats, rewinds or scratches, hopping aside each time, while the world plays on.',
  shader: 'stutter.frag',
  reads: ['history', 'subject', 'plate'],
  params: {
    motion: choice(['repeat', 'reverse', 'pingpong', 'scratch'], 'repeat', 'The playhead'),
    slice: beats(1 / 32, 2, 1 / 4, 'A piece (beats)'),
    every: beats(1 / 4, 8, 2, 'Grabs anew every (beats)'),
    share: float(0, 1, 0.75, 'Stutters for (share)'),
    jump: float(-0.5, 0.5, 0.12, 'Hops aside (heights)'),
    punch: float(-0.2, 0.2, 0.03, 'Grows each time'),
    flip: bool(true, 'Mirrors every other'),
    trail: int(0, TRAIL, 3, 'Earlier ones stay'),
    flash: float(0, 1, 0.6, 'Flashes each time'),
  },
  clones: { most: TRAIL + 2, behind: 'source', front: false, arrange },
})
