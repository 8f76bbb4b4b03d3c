import type { Moment } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { createProgram, type Program } from './program.js'
import { setSampling } from './target.js'
import type { Gpu } from './types.js'

/** A ring of the layer's past cut-outs: the pictures where the mask is, transparent elsewhere (premultiplied). */
export interface History {
  /** Takes this tick's cut-out in, when one is due. Drawing the same tick twice takes it in once. */
  capture(colour: WebGLTexture, mask: WebGLTexture, moment: Moment): void
  /** Pictures captured so far. */
  readonly captures: number
  /** Gives a program in use the ring, for its `historyAgo`; as if the first `forgotten` captures had never been. */
  apply(program: Program, forgotten: number): void
  /** As `apply`, for a look from outside of shaders: which layer shows the picture of so long ago, and its exact age. */
  find(secondsAgo: number, forgotten: number, out: { layer: number; age: number }): void
  /** For {@link History.find}: the ring. */
  readonly texture: WebGLTexture
  /** Graphics memory it takes, all of it from the beginning. */
  readonly bytes: number
  /** Forgets everything. */
  reset(): void
  close(): void
}

export interface HistoryOptions {
  /** Of the canvas, pixels; the ring keeps at most 960x540, in the same shape. */
  readonly width: number
  readonly height: number
  /** How far back it reaches. */
  readonly seconds: number
  /** Period of the ticks it is made for. */
  readonly tickSeconds: number
  /** Ticks from one picture to the next (1), at least: more where `seconds` of them would not fit. */
  readonly stride?: number
}

const MOST = { width: 960, height: 540, layers: 128 }

const CUT_OUT = `#version 300 es
precision highp float;
in vec2 hostUv;
uniform sampler2D colour;
uniform sampler2D mask;
out vec4 cutOut;
void main() { cutOut = texture(colour, hostUv) * texture(mask, hostUv).r; }
`

/** Makes the ring, all of it transparent at first, and never allocates again. Throws a {@link DoppelError} when memory is short. */
export const createHistory = (gpu: Gpu, { width, height, seconds, tickSeconds, stride: asked = 1 }: HistoryOptions): History => {
  const { gl } = gpu
  const scale = Math.min(1, MOST.width / width, MOST.height / height)
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  // One more than the steps between them; a hair less, for 2 s at 1/60 s is 120 steps and not 121.
  const layers = Math.min(MOST.layers, Math.max(2, Math.ceil(seconds / (tickSeconds * asked) - 1e-6) + 1))
  const program = createProgram(gpu, { fragment: CUT_OUT, file: 'history' })
  const texture = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture)
  gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.RGBA8, w, h, layers)
  setSampling(gpu, gl.TEXTURE_2D_ARRAY, 'linear')
  const framebuffer = gl.createFramebuffer()
  const attach = (layer: number) => {
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
    gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, texture, 0, layer)
  }
  const close = () => {
    program.close()
    gl.deleteFramebuffer(framebuffer)
    // `gl` does not unbind array textures when it deletes them.
    for (let unit = 0; unit < 8; unit++) {
      gl.activeTexture(gl.TEXTURE0 + unit)
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, null)
    }
    gl.deleteTexture(texture)
  }
  attach(0)
  if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE) {
    close()
    throw new DoppelError(`there is no graphics memory for ${seconds} s of history (${layers} pictures of ${w}x${h})`, 'try a smaller --size, or fewer layers with effects that read the history')
  }
  gl.clearColor(0, 0, 0, 0)
  for (let layer = 0; layer < layers; layer++) {
    attach(layer)
    gl.clear(gl.COLOR_BUFFER_BIT)
    // Drivers that draw on the CPU keep, for each job they had in hand at once, what it drew to, closed or not, until they have as many again.
    gl.finish()
  }

  const target = { framebuffer, width: w, height: h }
  let newest = 0
  let filled = 0
  let capturedAt = 0
  let step = tickSeconds
  let age = 0
  let captures = 0
  const available = (forgotten: number) => Math.max(1, Math.min(filled, captures - forgotten))
  return {
    texture,
    bytes: w * h * 4 * layers,
    get captures() { return captures },
    capture(colour, mask, { frame, dt }) {
      const tick = dt > 0 ? dt : tickSeconds
      // Ticks too short for the ring to hold `seconds` of them are captured every second, third ... time.
      const stride = Math.max(asked, Math.ceil(seconds / (tick * (layers - 1)) - 1e-6))
      // The show began anew: what was captured lies in its future.
      if (frame < capturedAt) filled = 0
      if (filled > 0 && frame - capturedAt < stride) {
        age = (frame - capturedAt) * tick
        return
      }
      newest = (newest + 1) % layers
      filled = Math.min(layers, filled + 1)
      captures += 1
      capturedAt = frame
      step = stride * tick
      age = 0
      program.use()
      program.texture('colour', colour)
      program.texture('mask', mask)
      attach(newest)
      program.draw(target)
    },
    apply(to, forgotten) {
      const reach = available(forgotten)
      to.texture('hostHistory', texture)
      to.set('hostNewest', newest)
      to.set('hostFilled', reach)
      to.set('hostStep', step)
      to.set('hostAge', age)
      to.set('historyLength', (reach - 1) * step + age)
    },
    find(secondsAgo, forgotten, out) {
      const back = Math.min(available(forgotten) - 1, Math.max(0, Math.floor((secondsAgo - age) / step + 0.5)))
      out.layer = (newest - back + layers) % layers
      out.age = back * step + age
    },
    reset() {
      filled = 0
    },
    close,
  }
}
