import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, choice, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, fract, restOf, valueOf } from './arranging.js'

const MOST = 11
/** The recorder of beats goes round in so many. */
const LOOP_BEATS = 4
/** Tells the shader to show the live cut-out. */
const LIVE = -1
const rest = new Float32Array(2)

/** Where in the sample playback is, 0 to 1, after `turns` of it. */
const headAt = (way: unknown, turns: number): number => {
  switch (way) {
    case 'backward': return 1 - fract(turns)
    // There in one turn and back in the next.
    case 'there and back': return 1 - Math.abs(1 - 2 * fract(turns / 2))
    default: return fract(turns)
  }
}

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, subject } = play
  const hold = valueOf(play, 'hold')
  const length = Math.min(valueOf(play, 'span'), hold)
  const frames = valueOf(play, 'frames') * length
  const canon = valueOf(play, 'canon')
  const gap = valueOf(play, 'gap')
  const shrink = valueOf(play, 'shrink')
  const copies = valueOf(play, 'copies')
  // A sample is what is danced from `taken` on. It lasts until the recorder comes round, which is never before the next is taken.
  const taken = Math.floor(moment.beat / hold) * hold
  const since = moment.beat - taken
  restOf(play, rest)
  const x = rest[0] ?? 0
  const y = rest[1] ?? 0
  const floor = subject.box[1] ?? 0
  // The outermost first; the dancer's own place last, who dances the sample before repeating it.
  for (let i = copies - 1; i >= 0; i--) {
    const away = Math.ceil(i / 2)
    const side = i % 2 === 0 ? 1 : -1
    const played = since - canon * away
    const joined = played >= (i === 0 || values.way === 'backward' ? length : 0)
    // In the middle of a frame: no rounding takes another one.
    const frame = Math.floor(Math.min(headAt(values.way, played / length) * frames, frames - 1e-3))
    const at = taken + ((frame + 0.5) * length) / Math.max(frames, 1)
    const scale = shrink ** away
    const flip = values.mirror && away % 2 === 1 ? -scale : scale
    addSheet(out, play, rest, x + side * gap * away, floor + (y - floor) * scale, flip, scale, 0, 0, 1, joined ? fract(at / LOOP_BEATS) : LIVE)
  }
}

export const beatLoop = defineEffect({
  id: 'beat-loop',
  label: 'Beat Loop',
  about: 'Takes one beat of the dance as a sample and plays it over and over: a chorus line falls into it, one after the other, bar by bar.',
  shader: 'beat-loop.frag',
  reads: ['subject', 'loop'],
  params: {
    span: beats(1 / 8, 2, 1, 'Length of the sample (beats)'),
    hold: beats(1 / 2, LOOP_BEATS, LOOP_BEATS, 'A new one every (beats)'),
    way: choice(['forward', 'backward', 'there and back'], 'there and back', 'Plays'),
    frames: int(1, 8, 8, 'Pictures a beat'),
    copies: int(1, MOST, 7, 'Copies'),
    gap: float(0, 1, 0.36, 'Between neighbours (heights)'),
    canon: beats(0, 1, 1 / 4, 'Each later by (beats)'),
    shrink: float(0.5, 1.2, 0.88, 'Each smaller by'),
    mirror: bool(true, 'Every second one mirrored'),
  },
  clones: { most: MOST, behind: 'world', front: false, arrange },
})
