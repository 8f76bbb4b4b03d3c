import { clearPose, mixPose, MOVES, neutral, type Move, type Reach } from './dancer-moves.js'

/** The dancer's joints by number, as `shaders/dancer.frag` has them. */
export const JOINT = {
  head: 0, neck: 1, pelvis: 2, leftShoulder: 3, leftElbow: 4, leftHand: 5, rightShoulder: 6, rightElbow: 7, rightHand: 8,
  leftHip: 9, leftKnee: 10, leftFoot: 11, rightHip: 12, rightKnee: 13, rightFoot: 14, chest: 15,
} as const

/** Every limb as a pair of joints; the dancer is the union of the round cones between them. */
export const BONES: readonly (readonly [number, number])[] = [
  [15, 3], [3, 4], [4, 5], [2, 9], [9, 10], [10, 11], [2, 12], [12, 13], [13, 14], [15, 2], [1, 15], [15, 6], [0, 1], [6, 7], [7, 8],
]

/** Uniforms of `shaders/dancer.frag`. Joints are x, y pairs in frame heights: x = 0 in the middle, y = 0 at the bottom, y up. */
export interface Dancer {
  readonly joints: Float32Array
  /** Half the thickness of the body at each joint, frame heights. */
  readonly radii: Float32Array
  /** -1 to 1: turned to the picture's left or right. */
  facing: number
  /** Turns of the colour circle. */
  hue: number
}

export const BEATS_PER_SECOND = 2
/** The whole dance repeats after this many seconds, without a seam. */
export const DANCE_SECONDS = 32

const BEATS = DANCE_SECONDS * BEATS_PER_SECOND
const MOVE_BEATS = 4
const TURN = 2 * Math.PI

// Lengths in frame heights.
// The foot's middle when its sole is on the shader's ground line.
const GROUND = 0.103
const HIPS = 0.452
const LEG = 0.176
const ARM = 0.122
const TRUNK = 0.125
const SHOULDERS = 0.068
const HIP_WIDTH = 0.036
const STANCE = 0.06
const STEP_HEIGHT = 0.035
const RADII = [0.062, 0.028, 0.052, 0.037, 0.029, 0.026, 0.037, 0.029, 0.026, 0.048, 0.037, 0.028, 0.048, 0.037, 0.028, 0.06]

const smooth = (x: number): number => {
  const t = Math.min(1, Math.max(0, x))
  return t * t * (3 - 2 * t)
}

/** A number in 0..1 that follows from two whole numbers (finaliser of MurmurHash3). */
const chance = (seed: number, n: number): number => {
  let h = Math.imul(seed ^ Math.imul(n + 1, 0x9e3779b1), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}

const wrap = (n: number, size: number): number => ((n % size) + size) % size

/** Order of the moves: every one in turn, beginning where the seed says, so that none is left out of a dance. */
const moveAt = (seed: number, phrase: number): Move => {
  const index = wrap(phrase, BEATS / MOVE_BEATS)
  const strides = [1, 2, 4, 5, 7, 8]
  const stride = strides[Math.floor(chance(seed, 7) * strides.length)] ?? 1
  return MOVES[(Math.floor(chance(seed, 3) * MOVES.length) + index * stride) % MOVES.length] ?? MOVES[0] ?? (() => {})
}

/** Where the dancer is on the stage: a wander whose every part repeats with the dance. */
const pathAt = (beat: number, seed: number, span: number): number => {
  const turn = (TURN * beat) / BEATS
  const phase = TURN * chance(seed, 1)
  return span * (0.72 * Math.sin(2 * turn + phase) + 0.28 * Math.sin(5 * turn + 2.3 * phase))
}

/** Half the width of the stage the dancer uses in a frame of this aspect (width over height), frame heights. */
export const stageSpan = (aspect: number): number => Math.min(0.5, Math.max(0, aspect / 2 - 0.4))

interface Foot { x: number; y: number }

// A foot steps on every other beat, from where it was planted to where the dancer will be; between, it does not move.
const plant = (out: Foot, beat: number, left: boolean, seed: number, span: number): void => {
  const offset = left ? 0 : 1
  const step = Math.floor((beat - offset) / 2)
  const begun = step * 2 + offset
  const side = left ? STANCE : -STANCE
  const from = pathAt(begun - 0.4, seed, span) + side
  const to = pathAt(begun + 1.6, seed, span) + side
  const t = (beat - begun) / 0.85
  out.x = from + (to - from) * smooth(t)
  out.y = GROUND + (t < 1 ? STEP_HEIGHT * Math.sin(Math.PI * t) : 0)
}

/** Numbers in a dancer's joints. */
export const JOINTS_LENGTH = 32

/** Makes a dancer; {@link poseDancer} moves it. */
export const createDancer = (joints = new Float32Array(JOINTS_LENGTH)): Dancer => ({ joints, radii: Float32Array.from(RADII), facing: 0, hue: 0 })

const pose = neutral()
const coming = neutral()
const leftFoot: Foot = { x: 0, y: 0 }
const rightFoot: Foot = { x: 0, y: 0 }

const place = (joints: Float32Array, joint: number, x: number, y: number): void => {
  joints[2 * joint] = x
  joints[2 * joint + 1] = y
}
const atX = (joints: Float32Array, joint: number): number => joints[2 * joint] ?? 0
const atY = (joints: Float32Array, joint: number): number => joints[2 * joint + 1] ?? 0

/**
 * Puts the joint between two others: both bones have `length`; seen from the front a bend that points at the viewer
 * is foreshortened, so `bend` (-1 to 1, positive to the picture's right) scales how far it shows.
 */
const bendJoint = (joints: Float32Array, from: number, middle: number, to: number, length: number, bend: number): void => {
  const dx = atX(joints, to) - atX(joints, from)
  const dy = atY(joints, to) - atY(joints, from)
  const distance = Math.max(1e-4, Math.hypot(dx, dy))
  const height = Math.sqrt(Math.max(0, length * length - (distance * distance) / 4)) * bend
  // Across the limb; for one that hangs down, positive is right.
  place(joints, middle, atX(joints, from) + dx / 2 - (dy / distance) * height, atY(joints, from) + dy / 2 + (dx / distance) * height)
}

/** Moves a limb's end back within reach of its root. */
const withinReach = (joints: Float32Array, from: number, to: number, reach: number): void => {
  const dx = atX(joints, to) - atX(joints, from)
  const dy = atY(joints, to) - atY(joints, from)
  const scale = Math.min(1, reach / Math.max(1e-6, Math.hypot(dx, dy)))
  place(joints, to, atX(joints, from) + dx * scale, atY(joints, from) + dy * scale)
}

const shapePose = (beat: number, seed: number): void => {
  const phrase = Math.floor(beat / MOVE_BEATS)
  const within = beat - phrase * MOVE_BEATS
  clearPose(pose)
  moveAt(seed, phrase)(pose, within)
  // The last three quarters of a beat lead over to the next move, as if that had begun before.
  const share = smooth((within - 3.25) / 0.75)
  if (share === 0) return
  clearPose(coming)
  moveAt(seed, phrase + 1)(coming, 0)
  // A full turn ends where it began.
  pose.yaw -= TURN * Math.round((pose.yaw - coming.yaw) / TURN)
  mixPose(pose, coming, share)
}

// Where elbows point when they are free to: out, back and down.
const POLE = [0.8, -0.45, -0.4] as const

const placeArm = (joints: Float32Array, { out, front, up }: Reach, left: boolean, yaw: number): void => {
  const [shoulder, elbow, hand] = left ? [JOINT.leftShoulder, JOINT.leftElbow, JOINT.leftHand] : [JOINT.rightShoulder, JOINT.rightElbow, JOINT.rightHand]
  // Bent in space and seen from the front after, so that an arm that points at the viewer does not flip. A hand near the shoulder is held in front.
  const ahead = front + Math.sqrt(Math.max(0, 0.25 - out * out - front * front - up * up))
  const length = Math.hypot(out, ahead, up)
  const reach = Math.min(0.985, length)
  const [o, f, u] = [out / length, ahead / length, up / length]
  const along = o * POLE[0] + f * POLE[1] + u * POLE[2]
  const [po, pf, pu] = [POLE[0] - o * along, POLE[1] - f * along, POLE[2] - u * along]
  const bend = (ARM * Math.sqrt(1 - reach * reach)) / Math.hypot(po, pf, pu)
  const x = atX(joints, shoulder)
  const y = atY(joints, shoulder)
  const side = (left ? 1 : -1) * Math.cos(yaw)
  place(joints, elbow, x + (o * reach * ARM + po * bend) * side + (f * reach * ARM + pf * bend) * Math.sin(yaw), y + u * reach * ARM + pu * bend)
  place(joints, hand, x + 2 * ARM * reach * (o * side + f * Math.sin(yaw)), y + 2 * ARM * reach * u)
}

const placeLeg = (joints: Float32Array, foot: Foot, left: boolean, kicked: number, yaw: number): void => {
  const [hip, knee, toe] = left ? [JOINT.leftHip, JOINT.leftKnee, JOINT.leftFoot] : [JOINT.rightHip, JOINT.rightKnee, JOINT.rightFoot]
  const side = left ? 1 : -1
  const highX = atX(joints, hip) + 0.23 * side
  const highY = atY(joints, hip) - 0.1
  place(joints, toe, foot.x + (highX - foot.x) * kicked, foot.y + pose.jump + (highY - foot.y - pose.jump) * kicked)
  withinReach(joints, hip, toe, 1.99 * LEG)
  // Knees point outwards from the front, forwards from the side.
  bendJoint(joints, hip, knee, toe, LEG, 0.42 * side * Math.cos(yaw) + 0.85 * Math.sin(yaw))
}

/**
 * Poses the dancer of `seed` at `time` seconds: a pure function of both, two beats a second, never still, and the same
 * again after {@link DANCE_SECONDS}. `span` is half the width of the stage ({@link stageSpan}).
 */
export const poseDancer = (dancer: Dancer, time: number, seed: number, span: number): void => {
  const { joints } = dancer
  const beat = wrap(time * BEATS_PER_SECOND, BEATS)
  shapePose(beat, seed)
  const walk = pathAt(beat + 0.3, seed, span) - pathAt(beat - 0.3, seed, span)
  const yaw = pose.yaw + 1.1 * Math.tanh(walk * 9)
  plant(leftFoot, beat, true, seed, span)
  plant(rightFoot, beat, false, seed, span)

  // Down on the beat, up between.
  const bounce = Math.cos(TURN * beat)
  const sway = pose.sway + 0.014 * Math.sin(Math.PI * beat)
  const x = 0.55 * pathAt(beat, seed, span) + 0.225 * (leftFoot.x + rightFoot.x) + sway
  const y = HIPS - 0.012 - 0.014 * bounce - pose.crouch + pose.jump
  const lean = pose.lean + 0.9 * walk * 0.5
  const up = [Math.sin(lean), Math.cos(lean)] as const
  place(joints, JOINT.pelvis, x, y)
  place(joints, JOINT.chest, x + up[0] * TRUNK - 0.4 * sway, y + up[1] * TRUNK)
  const chestX = atX(joints, JOINT.chest)
  const chestY = atY(joints, JOINT.chest)
  place(joints, JOINT.neck, chestX + up[0] * 0.083, chestY + up[1] * 0.083)
  const nod = pose.nod + 0.008 * (1 + bounce)
  place(joints, JOINT.head, chestX + up[0] * 0.17 + 0.6 * lean * 0.05 + 0.022 * Math.sin(yaw) + 0.012 * Math.sin(Math.PI * beat), chestY + up[1] * 0.168 - nod)

  const across = Math.cos(yaw)
  const shrug = 0.008 * Math.sin(Math.PI * beat)
  place(joints, JOINT.leftShoulder, chestX + SHOULDERS * across + up[0] * 0.04, chestY + 0.04 + shrug - lean * SHOULDERS * across)
  place(joints, JOINT.rightShoulder, chestX - SHOULDERS * across + up[0] * 0.04, chestY + 0.04 - shrug + lean * SHOULDERS * across)
  place(joints, JOINT.leftHip, x + HIP_WIDTH * across, y - 0.03 + 0.3 * sway * across)
  place(joints, JOINT.rightHip, x - HIP_WIDTH * across, y - 0.03 - 0.3 * sway * across)
  placeArm(joints, pose.left, true, yaw)
  placeArm(joints, pose.right, false, yaw)
  placeLeg(joints, leftFoot, true, pose.kickLeft, yaw)
  placeLeg(joints, rightFoot, false, pose.kickRight, yaw)

  dancer.facing = Math.sin(yaw)
  dancer.hue = wrap(chance(seed, 5) + beat / BEATS, 1)
}
