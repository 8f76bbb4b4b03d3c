import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { choice, colour, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

const MOST = 10
/** The border and the shadow around a picture, in parts of it; the shader draws them. */
const ROOM = 1.25
/** How much later than the one around it each picture swings, in beats. */
const LAG = 1 / 8
const crop = new Float32Array(4)

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/**
 * Every picture is a piece of the live one that shows the subject and lands on the subject in the picture around it: no
 * picture is fed back, so that each is as sharp as the first.
 */
const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, subject, aspect } = play
  if (subject.present < 0.5) return
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = subject.box
  const [midX, midY] = [((x0 + x1) / 2) * aspect, (y0 + y1) / 2]
  const boxX = Math.max(0.01, ((x1 - x0) / 2) * aspect)
  const boxY = Math.max(0.01, (y1 - y0) / 2)
  // Neither as slim as a pole nor as flat as a board; and the pictures stay inside the picture.
  const fit = Math.min(1.15, aspect / 2 / Math.max(boxX, 0.62 * boxY), 0.5 / Math.max(boxY, 0.62 * boxX))
  const viewX = Math.max(boxX, 0.62 * boxY) * fit
  const viewY = Math.max(boxY, 0.62 * boxX) * fit
  const centreX = clamp(midX, viewX, aspect - viewX)
  const centreY = clamp(midY, viewY, 1 - viewY)
  // A smooth bump around every beat; and a subject that leaves takes its pictures along to nothing.
  const kick = (0.5 + 0.5 * Math.cos(2 * Math.PI * moment.beat)) ** 4
  const shrink = clamp(number(values.size) * (1 + 0.25 * number(values.pulse) * kick), 0, 0.95) * clamp(subject.area / 0.004, 0, 1)
  const holdY = midY + number(values.height) * boxY * (1 - 0.5 * shrink)
  play.cropAt(0, crop)
  const [left = 0, low = 0, right = 0, top = 0] = crop
  const [wide, tall] = [Math.max(right - left, 1e-6), Math.max(top - low, 1e-6)]
  let [x, y, angle, scale] = [centreX, centreY, 0, 1]
  for (let k = 1; k <= number(values.depth); k++) {
    // Where this picture is held, seen from the middle of the one around it.
    const [dx, dy] = [(midX - centreX) * scale, (holdY - centreY) * scale]
    x += dx * Math.cos(angle) - dy * Math.sin(angle)
    y += dx * Math.sin(angle) + dy * Math.cos(angle)
    // Left on one beat, right on the next.
    angle += 2 * Math.PI * (number(values.turn) + number(values.swing) * Math.cos(Math.PI * (moment.beat - (k - 1) * LAG)))
    scale *= shrink
    out.addPiece(x, y, scale, scale, angle, 0, 1, k,
      (centreX - viewX * ROOM - left) / wide, (centreY - viewY * ROOM - low) / tall,
      (centreX + viewX * ROOM - left) / wide, (centreY + viewY * ROOM - low) / tall)
  }
}

export const droste = defineEffect({
  id: 'droste',
  label: 'Droste',
  about: 'The subject carries a picture of itself that carries a picture of itself, and so on inwards, all of them swinging on the beat.',
  shader: 'droste.frag',
  reads: ['mask', 'subject'],
  params: {
    place: choice(['frame', 'body'], 'frame', 'Inside a frame or the body'),
    size: float(0.2, 0.9, 0.6, 'Size (of the subject)'),
    depth: int(1, MOST, 7, 'Pictures in pictures'),
    height: float(-1, 1, -0.05, 'Where on the body'),
    turn: float(-0.5, 0.5, 0, 'Turned (turns)'),
    swing: float(0, 0.25, 0.035, 'Swing on the beat (turns)'),
    pulse: float(0, 1, 0.5, 'Pulse on the beat'),
    hue: float(-0.5, 0.5, 0.08, 'Hue a picture (turns)'),
    border: colour(1, 0.82, 0.4, 1, 'Border'),
  },
  clones: { most: MOST, behind: 'source', front: false, arrange },
})
