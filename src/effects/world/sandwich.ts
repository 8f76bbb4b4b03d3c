import type { ClonePlay } from '../../engine/effect.js'
import { beats, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

const MOST = 12
/** Tells the shader that this copy is the performer. */
const LIVE = -1

const crop = new Float32Array(4)
const path = new Float32Array(2)
const number = ({ values }: ClonePlay, name: string): number => Number(values[name])

export const sandwich = defineEffect({
  id: 'sandwich',
  label: 'Sandwich',
  about: 'Copies of the subject circle it, a place further with every beat: behind it, round the side, and past in front.',
  shader: 'sandwich.frag',
  reads: ['history', 'subject'],
  params: {
    copies: int(1, MOST, 6, 'Copies'),
    radius: float(0, 1.5, 0.55, 'Radius (heights)'),
    pace: beats(1 / 4, 8, 1, 'A place further in (beats)'),
    snap: float(0, 1, 0.7, 'Moves on the beat'),
    depth: float(0, 0.6, 0.3, 'Depth'),
    tilt: float(-1, 1, 0.25, 'Seen from above'),
    delay: beats(0, 1, 1 / 8, 'Each later by (beats)'),
    shade: float(0, 1, 0.6, 'Darker behind'),
    hue: float(-1, 1, 0.4, 'Hue behind (turns)'),
  },
  clones: {
    most: MOST + 1,
    behind: 'source',
    front: false,
    within: true,
    arrange(out, play) {
      const n = number(play, 'copies')
      const steps = play.moment.beat / number(play, 'pace')
      // Slow around each step, fast between: still continuous, and never backwards.
      const gone = steps - (number(play, 'snap') * Math.sin(2 * Math.PI * steps)) / (2 * Math.PI)
      const whole = Math.floor(gone)
      const part = gone - whole
      let live = false
      // Places j = 0 to n - 1 lie at (j + part) / n of the round, 0 being right behind. From back to front they are taken from both
      // its ends in turns, beginning with the end that is nearer to the back.
      for (let rank = 0; rank < n; rank++) {
        const inwards = rank >> 1
        const j = rank % 2 === 0 === part < 0.5 ? inwards : n - 1 - inwards
        const round = (j + part) / n
        if (!live && Math.cos(2 * Math.PI * round) < 0) {
          addLive(out, play)
          live = true
        }
        // A copy keeps its delay as it moves from place to place.
        addCopy(out, play, round, (((j - whole) % n) + n) % n)
      }
      if (!live) addLive(out, play)
    },
  },
})

type Out = Parameters<NonNullable<typeof sandwich.clones>['arrange']>[0]

const addLive = (out: Out, play: ClonePlay): void => {
  play.cropAt(0, crop)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  out.add((x0 + x1) / 2, (y0 + y1) / 2, 1, 1, 0, 0, 1, LIVE)
}

const addCopy = (out: Out, play: ClonePlay, round: number, index: number): void => {
  const secondsAgo = ((index + 1) * number(play, 'delay') * 60) / play.moment.bpm
  play.cropAt(secondsAgo, crop)
  play.pathAt(secondsAgo, path)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  const [x = 0, y = 0] = path
  const back = Math.cos(2 * Math.PI * round)
  const radius = number(play, 'radius')
  const scale = 1 / (1 + number(play, 'depth') * back)
  // Scaled about the centroid: the middle of the box swings with the limbs.
  const toX = x + ((x0 + x1) / 2 - x) * scale + radius * Math.sin(2 * Math.PI * round) * scale
  const toY = y + ((y0 + y1) / 2 - y) * scale + radius * number(play, 'tilt') * back * scale
  out.add(toX, toY, scale, scale, 0, secondsAgo, 1, 0.5 + 0.5 * back)
}
