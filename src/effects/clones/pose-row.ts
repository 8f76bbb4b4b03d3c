import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, colour, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, secondsOf, smooth, valueOf } from './arranging.js'

const MOST = 16
/** The recorder of beats goes round in so many, and takes so many pictures on the way. */
const LOOP_BEATS = 4
const LOOP_STEPS = 32
const was = new Float32Array(2)

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, aspect, subject } = play
  const every = valueOf(play, 'every')
  const scale = valueOf(play, 'scale')
  const gap = valueOf(play, 'gap')
  const pop = valueOf(play, 'pop')
  // What is older is being recorded over.
  const count = Math.min(valueOf(play, 'poses'), Math.floor(LOOP_BEATS / every))
  const newest = Math.floor(moment.beat / every)
  const since = moment.beat / every - newest
  const floor = subject.box[1] ?? 0
  const low = valueOf(play, 'height')
  for (let k = count - 1; k >= 0; k--) {
    const number = newest - k
    const step = Math.floor((number * every * LOOP_STEPS) / LOOP_BEATS + 1e-6)
    if (step < 0) continue
    play.pathAt(secondsOf(play, moment.beat - (step * LOOP_BEATS) / LOOP_STEPS), was)
    // A row that goes on makes room for the newest on the left; one that stays puts it where the oldest was.
    const place = values.slide ? k - 1 + smooth(0, 0.35, since) : ((number % count) + count) % count
    const x = aspect / 2 + gap * (place - (count - 1) / 2)
    const size = scale * (k === 0 ? 1 + pop * (1 - smooth(0, 0.6, since)) : 1)
    const opacity = values.slide && k === count - 1 ? 1 - smooth(0, 0.35, since) : 1
    const flip = values.mirror && number % 2 !== 0 ? -size : size
    addSheet(out, play, was, x, low + ((was[1] ?? 0) - floor) * size, flip, size, 0, 0, opacity, k + (((step % LOOP_STEPS) + 0.5) / LOOP_STEPS))
  }
}

export const poseRow = defineEffect({
  id: 'pose-row',
  label: 'Pose Row',
  about: 'Catches a pose on every half beat and lines the last ones up across the picture, as chronophotographs do.',
  shader: 'pose-row.frag',
  reads: ['subject', 'loop'],
  params: {
    poses: int(1, MOST, 8, 'Poses (of 4 beats at most)'),
    every: beats(1 / 8, 2, 1 / 2, 'A pose every (beats)'),
    scale: float(0.1, 1.5, 0.72, 'Size (of the subject)'),
    gap: float(0.05, 1, 0.235, 'Between neighbours (heights)'),
    height: float(-0.5, 1, 0.14, 'Feet at (heights)'),
    pop: float(0, 1, 0.35, 'The newest pops up'),
    tint: colour(0.15, 0.75, 1, 0.75, 'Tint of the oldest'),
    slide: bool(true, 'Row moves on'),
    mirror: bool(false, 'Every second one mirrored'),
  },
  clones: { most: MOST, behind: 'source', front: true, arrange },
})
