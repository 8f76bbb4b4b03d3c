import type { CloneList, ClonePlay } from '../../engine/effect.js'

export const TURN = 2 * Math.PI

export const fract = (x: number): number => x - Math.floor(x)

/** 0 at `from`, 1 at `to`, smooth between them; `from` may be the greater one. */
export const smooth = (from: number, to: number, x: number): number => {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)))
  return t * t * (3 - 2 * t)
}

/** A value of {@link ClonePlay.values}: numbers as they are, switches as 0 and 1. */
export const valueOf = (play: ClonePlay, name: string): number => Number(play.values[name])

/** So many beats, as seconds. */
export const secondsOf = (play: ClonePlay, beats: number): number => (beats * 60) / play.moment.bpm

/** A push on every beat: up within a few hundredths of it (at once would look like a dropped frame), then slowly down to 0. */
export const kick = (beat: number): number => {
  const phase = fract(beat)
  return smooth(0, 0.07, phase) * (1 - phase) ** 2
}

/** A number from 0 to 1 that looks random and is the same in every show: the finish of MurmurHash3 over the three whole numbers. */
export const luck = (a: number, b: number, c: number): number => {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(c, 0xc2b2ae3d)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}

const REST_SECONDS = 2
const REST_STEPS = 12
const at = new Float32Array(2)
const crop = new Float32Array(4)

/**
 * Where the subject has been around of late, in square-pixel units, into `out`: the mean of its path under a Hann window, which
 * leaves out how it sways and jumps. Copies that are placed by this point keep the dance; placed by the box, they
 * would hop whenever an arm reaches out.
 */
export const restOf = (play: ClonePlay, out: Float32Array): void => {
  let x = 0
  let y = 0
  let sum = 0
  for (let k = 1; k < REST_STEPS; k++) {
    const weight = Math.sin((Math.PI * k) / REST_STEPS) ** 2
    play.pathAt((REST_SECONDS * k) / REST_STEPS, at)
    x += weight * (at[0] ?? 0)
    y += weight * (at[1] ?? 0)
    sum += weight
  }
  out[0] = x / sum
  out[1] = y / sum
}

/**
 * Adds a copy as if the whole cut-out were a sheet: its point `rest` comes to lie at x, y, and the sheet is scaled and turned
 * about it. For the rest as {@link CloneList.add}. Copies that would lie outside the picture are left out.
 */
export const addSheet = (
  out: CloneList, play: ClonePlay, rest: Float32Array, x: number, y: number, scaleX: number, scaleY: number, angle: number, secondsAgo: number, opacity: number, extra: number,
): void => {
  play.cropAt(secondsAgo, crop)
  const x0 = crop[0] ?? 0
  const y0 = crop[1] ?? 0
  const x1 = crop[2] ?? 0
  const y1 = crop[3] ?? 0
  const dx = ((x0 + x1) / 2 - (rest[0] ?? 0)) * scaleX
  const dy = ((y0 + y1) / 2 - (rest[1] ?? 0)) * scaleY
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const middleX = x + dx * cos - dy * sin
  const middleY = y + dx * sin + dy * cos
  const reach = Math.hypot((x1 - x0) * scaleX, (y1 - y0) * scaleY) / 2
  if (middleX < -reach || middleY < -reach || middleX > play.aspect + reach || middleY > 1 + reach) return
  out.addPiece(middleX, middleY, scaleX, scaleY, angle, secondsAgo, opacity, extra, 0, 0, 1, 1)
}
