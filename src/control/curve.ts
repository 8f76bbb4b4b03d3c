import type { Curve } from '../engine/controls.js'

/** How bent the exponential and its inverse are: half way up gives 1/8.4 of the range. */
const BEND = 4
const TOP = Math.expm1(BEND)

/** Each with its inverse, both from 0..1 to 0..1 and exact at the ends. */
const CURVED: Readonly<Record<Curve, { bend(t: number): number; straighten(y: number): number }>> = {
  linear: { bend: (t) => t, straighten: (y) => y },
  exponential: { bend: (t) => Math.expm1(BEND * t) / TOP, straighten: (y) => Math.log1p(y * TOP) / BEND },
  logarithmic: { bend: (t) => Math.log1p(t * TOP) / BEND, straighten: (y) => Math.expm1(BEND * y) / TOP },
  // Smoothstep 3t^2 - 2t^3, whose inverse is 1/2 - sin(asin(1 - 2y) / 3).
  's-curve': { bend: (t) => t * t * (3 - 2 * t), straighten: (y) => 0.5 - Math.sin(Math.asin(1 - 2 * y) / 3) },
}

export const clamp01 = (t: number): number => Math.min(1, Math.max(0, t))

/** Where in the range (0..1) a control's position (0..1) lies. */
export const bend = (curve: Curve, position: number): number => clamp01(CURVED[curve].bend(clamp01(position)))

/** The position that gives this part of the range. */
export const straighten = (curve: Curve, part: number): number => clamp01(CURVED[curve].straighten(clamp01(part)))

/** Weight of the newest value in a one-pole low-pass of a time constant, in ms, after `dt` seconds: the same curve at any frame rate. */
export const onePole = (ms: number, dt: number): number => (ms > 0 ? 1 - Math.exp((-1000 * Math.max(0, dt)) / ms) : 1)
