import type { Moment } from '../engine/effect.js'
import { createCutoutRing, layersFor, type Seat } from './cutout-ring.js'
import { createCutoutPass } from './cutout-pass.js'
import type { Program } from './program.js'
import type { Outline } from './subject/outline.js'
import type { Gpu } from './types.js'

/** A ring of the layer's past cut-outs: the pictures where the mask is, transparent elsewhere (premultiplied). */
export interface History {
  /** Takes this tick's cut-out in, when one is due, and gives its layer. Drawing the same tick twice takes it in once. `outline`: see {@link CutoutPass}. `seq` tells pictures from each other; each is another one unless told. */
  capture(colour: WebGLTexture, mask: WebGLTexture, moment: Moment, outline?: Outline, seq?: number): number | undefined
  /** Pictures captured so far. */
  readonly captures: number
  /** Gives a program in use the ring, for its `historyAgo`; as if the first `forgotten` captures had never been. */
  apply(program: Program, forgotten: number): void
  /** As `apply`, for a look from outside of shaders: which layer shows the picture of so long ago, and its exact age. */
  find(secondsAgo: number, forgotten: number, out: { layer: number; age: number }): void
  /** For {@link History.find}: the ring. */
  readonly texture: WebGLTexture
  /** Graphics memory of its ring, all of it from the beginning. */
  readonly bytes: number
  /** Forgets everything. */
  reset(): void
  close(): void
}

export interface HistoryOptions {
  /** Of the canvas, pixels; a ring keeps at most 960x540, in the same shape. */
  readonly width: number
  readonly height: number
  /** How far back it reaches. */
  readonly seconds: number
  /** Period of the ticks it is made for. */
  readonly tickSeconds: number
  /** Ticks from one picture to the next (1), at least: more where `seconds` of them would not fit. */
  readonly stride?: number
  /** A ring that is lent to it, of as many layers at least; one of its own unless given. */
  readonly seat?: Seat | undefined
}

/** A source that pauses longer has no rate. */
const LONGEST_PICTURE = 0.1
/** Of its rate, a picture's part. */
const PICTURE_SHARE = 0.1

/** Makes the history, with a ring of its own unless it is lent one, and never allocates again. Throws a {@link DoppelError} when memory is short. */
export const createHistory = (gpu: Gpu, { width, height, seconds, tickSeconds, stride: asked = 1, seat: lent }: HistoryOptions): History => {
  const { gl } = gpu
  const layers = layersFor(seconds, tickSeconds, asked)
  const cutOut = createCutoutPass(gpu)
  const own = (): Seat => {
    try {
      return { ring: createCutoutRing(gpu, { width, height }, layers), lent: 0 }
    } catch (thrown) {
      cutOut.close()
      throw thrown
    }
  }
  const seat = lent ?? own()
  const framebuffer = gl.createFramebuffer()
  const target = { framebuffer, width: seat.ring.width, height: seat.ring.height }
  let newest = 0
  let filled = 0
  let capturedAt = 0
  let step = tickSeconds
  let age = 0
  let captures = 0
  let mine = seat.lent
  let shown = Number.NaN
  let shownAt = Number.NaN
  /** Seconds a picture of the source stays, on average: cameras and clips are slower than the show. */
  let picture = tickSeconds
  const note = (seq: number, time: number) => {
    if (seq === shown) return
    const stayed = time - shownAt
    if (stayed > 0 && stayed < LONGEST_PICTURE) picture += (stayed - picture) * PICTURE_SHARE
    shown = seq
    shownAt = time
  }
  const available = (forgotten: number) => Math.max(1, Math.min(filled, captures - forgotten))
  return {
    get texture() { return seat.ring.texture },
    get bytes() { return seat.ring.bytes },
    get captures() { return captures },
    capture(colour, mask, { frame, dt, time }, outline, seq = frame) {
      note(seq, time)
      const tick = dt > 0 ? dt : tickSeconds
      // Ticks too short for the ring to hold `seconds` of them are captured every second, third ... time.
      const stride = Math.max(asked, Math.ceil(seconds / (tick * (layers - 1)) - 1e-6))
      // The show began anew, and what was captured lies in its future; or the ring was with others meanwhile.
      if (frame < capturedAt || seat.lent !== mine) filled = 0
      mine = seat.lent
      if (filled > 0 && frame - capturedAt < stride) {
        age = (frame - capturedAt) * tick
        return undefined
      }
      newest = (newest + 1) % seat.ring.layers
      filled = Math.min(layers, filled + 1)
      captures += 1
      capturedAt = frame
      step = stride * tick
      age = 0
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
      gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, seat.ring.texture, 0, newest)
      const place = seat.ring.filled[newest]
      if (place) cutOut.draw(colour, mask, outline, target, place)
      return newest
    },
    apply(to, forgotten) {
      const reach = available(forgotten)
      to.texture('hostHistory', seat.ring.texture)
      to.set('hostNewest', newest)
      to.set('hostFilled', reach)
      to.set('hostStep', step)
      to.set('hostAge', age)
      to.set('historyLength', (reach - 1) * step + age)
      to.set('historyStep', Math.max(picture, step))
    },
    find(secondsAgo, forgotten, out) {
      const back = Math.min(available(forgotten) - 1, Math.max(0, Math.floor((secondsAgo - age) / step + 0.5)))
      out.layer = (newest - back + seat.ring.layers) % seat.ring.layers
      out.age = back * step + age
    },
    reset() {
      filled = 0
      shown = shownAt = Number.NaN
    },
    close() {
      cutOut.close()
      gl.deleteFramebuffer(framebuffer)
      if (!lent) seat.ring.close()
    },
  }
}
