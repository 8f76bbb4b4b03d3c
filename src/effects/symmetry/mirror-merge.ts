import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, choice, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

const crop = new Float32Array(4)
const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** Left, bottom, right, top of all the creature can reach, in square-pixel units. */
const reach = new Float32Array(4)
const widen = (x: number, y: number): void => {
  reach[0] = Math.min(reach[0] ?? x, x)
  reach[1] = Math.min(reach[1] ?? y, y)
  reach[2] = Math.max(reach[2] ?? x, x)
  reach[3] = Math.max(reach[3] ?? y, y)
}

/**
 * The creature is drawn in one piece, where it is, by the shader; here is only how far it can reach: to the corners of the
 * subject's crop and of its images in the mirrors, which stand as the shader has them.
 */
const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, subject, aspect } = play
  if (subject.present < 0.5) return
  play.cropAt(0, crop)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  const [left = 0, bottom = 0, right = 0, top = 0] = subject.box
  const phase = 2 * Math.PI * (moment.beat / number(values.cycle))
  const turn = (number(values.angle) * Math.PI) / 180 + number(values.spin) * phase
  const side = values.flip === true ? -1 : 1
  const [nx, ny] = [side * Math.cos(turn), side * Math.sin(turn)]
  const width = Math.abs(nx) * (right - left) * aspect + Math.abs(ny) * (top - bottom)
  const off = width * (number(values.shift) + number(values.sweep) * (values.join === 'fold' ? 0.5 : 1) * Math.sin(phase))
  const midX = (subject.centroid[0] ?? 0) * aspect + nx * off
  const midY = (subject.centroid[1] ?? 0) + ny * off
  reach.set(crop)
  for (let corner = 0; corner < 4; corner++) {
    const [x, y] = [(corner & 1 ? x1 : x0) - midX, (corner & 2 ? y1 : y0) - midY]
    const [before, along] = [x * nx + y * ny, -x * ny + y * nx]
    widen(midX - before * nx - along * ny, midY - before * ny + along * nx)
    if (values.fourfold !== true) continue
    widen(midX + before * nx + along * ny, midY + before * ny - along * nx)
    widen(midX - before * nx + along * ny, midY - before * ny - along * nx)
  }
  const [wide, tall] = [Math.max(x1 - x0, 1e-6), Math.max(y1 - y0, 1e-6)]
  const [toLeft, low, toRight, high] = [Math.max(0, reach[0] ?? 0), Math.max(0, reach[1] ?? 0), Math.min(aspect, reach[2] ?? aspect), Math.min(1, reach[3] ?? 1)]
  out.addPiece((toLeft + toRight) / 2, (low + high) / 2, 1, 1, 0, 0, 1, 0, (toLeft - x0) / wide, (low - y0) / tall, (toRight - x0) / wide, (high - y0) / tall)
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
