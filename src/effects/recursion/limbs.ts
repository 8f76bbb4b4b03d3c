import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, choice, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

const MOST = 12
/** How much of its length a piece also reaches inwards from the joint, for the round shoulder; as the shader knows. */
const INWARDS = 0.15
const crop = new Float32Array(4)
const path = new Float32Array(2)
const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

/**
 * Every copy is a piece of the cut-out beside the joint, and as far above it as below: by that the shader finds the joint
 * again. It turns about the joint. Lengths go by the root of the subject's area, which a pose does not change, as it does the box.
 */
const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, subject, aspect } = play
  if (subject.present < 0.5) return
  const body = Math.sqrt(subject.area * aspect)
  const copies = Math.round(number(values.copies))
  const reach = number(values.reach) * body
  const [axisX = 0, axisY = 1] = subject.axis
  const lies = Math.abs(axisX) > Math.abs(axisY)
  // Opens on the beat and closes a little between.
  const open = 1 - number(values.breath) * (0.5 - 0.5 * Math.cos(2 * Math.PI * moment.beat))
  const fan = number(values.fan) * 2 * Math.PI * open
  for (let k = copies; k >= 1; k--) {
    const ago = k * number(values.lag) * (60 / moment.bpm)
    // Above and below the limb itself in turn, each pair further out.
    const turned = (k % 2 === 1 ? 1 : -1) * (Math.ceil(k / 2) / Math.ceil(copies / 2)) * 0.5 * fan
    play.cropAt(ago, crop)
    play.pathAt(ago, path)
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
    const [wide, tall] = [Math.max(x1 - x0, 1e-6), Math.max(y1 - y0, 1e-6)]
    for (let side = -1; side <= 1; side += 2) {
      if (values.side === (side < 0 ? 'right' : 'left')) continue
      // The joint from the subject's middle; out of the body is the axis turned to this side.
      const x = (axisX * number(values.height) + axisY * side * number(values.apart)) * body
      const y = (axisY * number(values.height) - axisX * side * number(values.apart)) * body
      const jointX = (path[0] ?? 0) + x
      const jointY = (path[1] ?? 0) + y
      const out1 = Math.sign(lies ? -axisX * side : axisY * side) || 1
      // No further out, up or down than the cut-out then was.
      const edge = lies ? (out1 > 0 ? y1 - jointY : jointY - y0) : out1 > 0 ? x1 - jointX : jointX - x0
      const far = Math.max(0.1 * reach, Math.min(reach, edge))
      const high = Math.max(0.1 * reach, Math.min(reach, lies ? Math.max(jointX - x0, x1 - jointX) : Math.max(jointY - y0, y1 - jointY)))
      const [near, middle] = [-INWARDS * far, 0.5 * (1 - INWARDS) * far]
      const [left, right] = lies ? [jointX - high, jointX + high] : [jointX + Math.min(near * out1, far * out1), jointX + Math.max(near * out1, far * out1)]
      const [low, top] = lies ? [jointY + Math.min(near * out1, far * out1), jointY + Math.max(near * out1, far * out1)] : [jointY - high, jointY + high]
      const [fromX, fromY] = lies ? [0, middle * out1] : [middle * out1, 0]
      const angle = turned * side
      out.addPiece(
        (subject.centroid[0] ?? 0) * aspect + x + fromX * Math.cos(angle) - fromY * Math.sin(angle),
        (subject.centroid[1] ?? 0) + y + fromX * Math.sin(angle) + fromY * Math.cos(angle),
        1, 1, angle, ago, 1, side * k, (left - x0) / wide, (low - y0) / tall, (right - x0) / wide, (top - y0) / tall,
      )
    }
  }
}

export const limbs = defineEffect({
  id: 'limbs',
  label: 'Limbs',
  about: 'Multiplies the arms into a fan about the shoulders, like a dancing deity, each arm a little later than the last.',
  shader: 'limbs.frag',
  reads: ['history', 'subject'],
  params: {
    copies: int(1, MOST, 8, 'Arms more on each side'),
    fan: float(0, 1, 0.65, 'Fan (turns)'),
    breath: float(0, 1, 0.35, 'Closes between beats'),
    lag: beats(0, 1 / 4, 1 / 32, 'Later an arm (beats)'),
    side: choice(['both', 'left', 'right'], 'both', 'Side'),
    height: float(-1.5, 1.5, 0.5, 'Joint above the middle'),
    apart: float(0, 1, 0.2, 'Joint off the axis'),
    reach: float(0.2, 3, 1.2, 'Longest limb'),
    hue: float(-0.5, 0.5, 0, 'Hue over the fan (turns)'),
  },
  clones: { most: 2 * MOST, behind: 'source', front: true, within: true, arrange },
})
