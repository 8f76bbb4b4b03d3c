import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, choice, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

const crop = new Float32Array(4)
const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

/**
 * The creature is drawn in one piece, where it is, by the shader; here is only how far it can reach: as far from the
 * mirror as the subject does, to both sides.
 */
const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, subject, aspect } = play
  if (subject.present < 0.5) return
  play.cropAt(0, crop)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  const [wide, tall] = [Math.max(x1 - x0, 1e-6), Math.max(y1 - y0, 1e-6)]
  const upright = number(values.spin) === 0 && number(values.angle) === 0 && values.fourfold !== true
  // How far the mirror has left the subject's middle, and the furthest part of the subject its own: that much and as much again.
  const across = upright ? wide : Math.hypot(wide, tall)
  const swing = Math.abs(number(values.shift) + number(values.sweep) * Math.sin((2 * Math.PI * moment.beat) / number(values.cycle)))
  const reach = (2 * swing + 1) * across
  const [midX, midY] = [(subject.centroid[0] ?? 0) * aspect, subject.centroid[1] ?? 0]
  const left = Math.max(0, Math.min(x0, midX - reach))
  const right = Math.min(aspect, Math.max(x1, midX + reach))
  const low = upright ? y0 : Math.max(0, Math.min(y0, midY - reach))
  const top = upright ? y1 : Math.min(1, Math.max(y1, midY + reach))
  out.addPiece((left + right) / 2, (low + top) / 2, 1, 1, 0, 0, 1, 0, (left - x0) / wide, (low - y0) / tall, (right - x0) / wide, (top - y0) / tall)
}

export const mirrorMerge = defineEffect({
  id: 'mirror-merge',
  label: 'Mirror Merge',
  about: 'A mirror sweeps through the subject and grows it together with its reflection: two heads, four arms, one creature.',
  shader: 'mirror-merge.frag',
  reads: ['mask', 'subject'],
  params: {
    angle: float(-90, 90, 0, 'Mirror leans (degrees)'),
    shift: float(-0.5, 0.5, 0, 'Mirror off the middle (widths)'),
    sweep: float(0, 1, 0.3, 'Sweeps (widths)'),
    cycle: beats(1 / 2, 32, 4, 'One sweep (beats)'),
    spin: int(-4, 4, 0, 'Turns a sweep'),
    join: choice(['union', 'fold'], 'union', 'Join'),
    fourfold: bool(false, 'A second mirror across'),
    flip: bool(false, 'Other side'),
  },
  plain: { join: 'union', fourfold: false },
  clones: { most: 1, behind: 'source', front: false, arrange },
})
