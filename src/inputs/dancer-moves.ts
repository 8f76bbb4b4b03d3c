const TURN = 2 * Math.PI

/** Where a hand is from its shoulder, in arm lengths: away from the body, to the front, up. */
export interface Reach { out: number; front: number; up: number }

/** What one moment of a move looks like; lengths in frame heights, angles in radians. */
export interface Pose {
  left: Reach
  right: Reach
  /** Turn about the upright axis: 0 towards the viewer, positive towards the picture's right. */
  yaw: number
  /** The trunk leans this far to the picture's right. */
  lean: number
  sway: number
  /** Lower hips. */
  crouch: number
  /** Both feet off the ground by this much. */
  jump: number
  /** How far each foot is carried towards its kick. */
  kickLeft: number
  kickRight: number
  nod: number
}

export const neutral = (): Pose => ({
  left: { out: 0.3, front: 0.2, up: -0.8 }, right: { out: 0.3, front: 0.2, up: -0.8 },
  yaw: 0, lean: 0, sway: 0, crouch: 0, jump: 0, kickLeft: 0, kickRight: 0, nod: 0,
})

const set = (reach: Reach, out: number, front: number, up: number): void => {
  reach.out = out
  reach.front = front
  reach.up = up
}

const smooth = (x: number): number => {
  const t = Math.min(1, Math.max(0, x))
  return t * t * t * (t * (6 * t - 15) + 10)
}

/** 0 outside `from` to `to`, rising to 1 in the middle. */
const swell = (beat: number, from: number, to: number): number => {
  const t = (beat - from) / (to - from)
  return t <= 0 || t >= 1 ? 0 : Math.sin(Math.PI * t) ** 2
}

/** Height of a ballistic jump from beat `from` to `to`. */
const flight = (beat: number, from: number, to: number): number => {
  const t = (beat - from) / (to - from)
  return t <= 0 || t >= 1 ? 0 : 4 * t * (1 - t)
}

/** A move lasts four beats; `beat` runs from 0 to 4, and every move begins and ends with both feet free to step. */
export type Move = (pose: Pose, beat: number) => void

const swing: Move = (pose, beat) => {
  const s = Math.sin(Math.PI * beat)
  set(pose.left, 0.36, 0.2 + 0.45 * s, -0.62 + 0.2 * Math.abs(s))
  set(pose.right, 0.36, 0.2 - 0.45 * s, -0.62 + 0.2 * Math.abs(s))
  pose.sway = 0.026 * s
  pose.lean = 0.1 * s
  pose.yaw = 0.45 * s
}

const wave: Move = (pose, beat) => {
  const s = Math.sin(Math.PI * beat)
  const c = Math.cos(Math.PI * beat)
  set(pose.left, 0.3 + 0.42 * s, 0.1, 0.8 - 0.12 * c)
  set(pose.right, 0.3 - 0.42 * s, 0.1, 0.8 + 0.12 * c)
  pose.sway = 0.035 * s
  pose.lean = 0.2 * s
}

const point: Move = (pose, beat) => {
  const s = Math.sin(Math.PI * beat)
  const left = smooth(0.5 + 0.9 * s)
  const right = 1 - left
  set(pose.left, 0.42 + 0.28 * left, 0.1, -0.42 + 1.06 * left)
  set(pose.right, 0.42 + 0.28 * right, 0.1, -0.42 + 1.06 * right)
  pose.sway = 0.03 * (left - right)
  pose.lean = -0.14 * (left - right)
  pose.yaw = 0.3 * (left - right)
}

const windmill: Move = (pose, beat) => {
  const a = (TURN * beat) / 2
  set(pose.left, 0.55 + 0.36 * Math.sin(a), 0.15, 0.85 * Math.cos(a))
  set(pose.right, 0.55 - 0.36 * Math.sin(a), 0.15, -0.85 * Math.cos(a))
  pose.lean = 0.12 * Math.sin(a)
  pose.sway = 0.02 * Math.sin(a)
  pose.crouch = 0.012
}

const kick: Move = (pose, beat) => {
  const left = swell(beat, 0.85, 1.95)
  const right = swell(beat, 2.85, 3.95)
  pose.kickLeft = left
  pose.kickRight = right
  set(pose.left, 0.5 + 0.3 * right, 0.25, -0.35 + 0.75 * right)
  set(pose.right, 0.5 + 0.3 * left, 0.25, -0.35 + 0.75 * left)
  pose.lean = -0.2 * left + 0.2 * right
  pose.nod = 0.02 * (left + right)
}

const jump: Move = (pose, beat) => {
  const up = flight(beat, 2.1, 3.1)
  const gather = swell(beat, 1.2, 2.4) + 0.8 * swell(beat, 2.9, 3.8)
  pose.jump = 0.12 * up
  pose.crouch = 0.06 * gather
  const raise = smooth((beat - 1.7) / 0.7) * (1 - smooth((beat - 3) / 0.8))
  set(pose.left, 0.4 + 0.22 * raise, 0.25 - 0.15 * raise, -0.7 + 1.45 * raise - 0.15 * gather)
  set(pose.right, 0.4 + 0.22 * raise, 0.25 - 0.15 * raise, -0.7 + 1.45 * raise - 0.15 * gather)
}

const spin: Move = (pose, beat) => {
  const t = smooth((beat - 0.9) / 2.1)
  pose.yaw = TURN * t
  const open = swell(beat, 0.5, 3.6)
  set(pose.left, 0.4 + 0.42 * open, 0.15, -0.6 + 0.6 * open)
  set(pose.right, 0.4 + 0.42 * open, 0.15, -0.6 + 0.75 * open)
  pose.crouch = -0.012 * open
}

const twist: Move = (pose, beat) => {
  const s = Math.sin(TURN * beat)
  const low = swell(beat, 0.3, 3.7)
  set(pose.left, 0.5, 0.4 + 0.3 * s, -0.15)
  set(pose.right, 0.5, 0.4 - 0.3 * s, -0.15)
  pose.crouch = 0.075 * low
  pose.yaw = 0.5 * s
  pose.sway = -0.024 * s
}

const clap: Move = (pose, beat) => {
  const together = Math.cos(Math.PI * beat) ** 2
  set(pose.left, 0.62 - 0.82 * together, 0.12, 0.5 + 0.42 * together)
  set(pose.right, 0.62 - 0.82 * together, 0.12, 0.5 + 0.42 * together)
  pose.sway = 0.028 * Math.sin((Math.PI * beat) / 2)
  pose.nod = 0.015 * together
}

export const MOVES: readonly Move[] = [swing, wave, kick, point, spin, windmill, jump, clap, twist]

const PARTS = ['yaw', 'lean', 'sway', 'crouch', 'jump', 'kickLeft', 'kickRight', 'nod'] as const
const HANDS = ['left', 'right'] as const

/** Moves `pose` a share of the way to another. */
export const mixPose = (pose: Pose, to: Pose, share: number): void => {
  for (const part of PARTS) pose[part] += (to[part] - pose[part]) * share
  for (const hand of HANDS) {
    const reach = pose[hand]
    const goal = to[hand]
    set(reach, reach.out + (goal.out - reach.out) * share, reach.front + (goal.front - reach.front) * share, reach.up + (goal.up - reach.up) * share)
  }
}

/** Sets a pose back to neutral before the next move shapes it. */
export const clearPose = (pose: Pose): void => {
  for (const part of PARTS) pose[part] = 0
  set(pose.left, 0.3, 0.2, -0.8)
  set(pose.right, 0.3, 0.2, -0.8)
}
