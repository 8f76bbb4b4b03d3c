import type { Moment } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { SPECTRUM_BINS, WAVE } from '../engine/sound/analysis.js'
import type { Program } from './program.js'
import { setSampling } from './target.js'
import type { Gpu } from './types.js'

/** What is heard, as textures one pixel high: the wave's rest is 0.5, silence in the spectrum 0. */
export interface SoundTextures {
  /** Once a tick, before anything is drawn. Allocates nothing. */
  take(moment: Moment): void
  apply(program: Program): void
  close(): void
}

/** Throws a DoppelError when the graphics context is gone. */
export const createSoundTextures = (gpu: Gpu): SoundTextures => {
  const { gl } = gpu
  const line = (width: number) => {
    // Typed as never null; it is when the context was lost.
    const texture = gl.createTexture() as WebGLTexture | null
    if (texture === null) throw new DoppelError('there is no texture for what is heard: the graphics context was lost', 'start again')
    const values = new Float32Array(width)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, texture)
    // 16 bit floats: they can be looked at between their samples, for which 32 bit ones need an extension.
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R16F, width, 1)
    setSampling(gpu, gl.TEXTURE_2D, 'linear')
    return {
      texture, values,
      upload() {
        gl.activeTexture(gl.TEXTURE0)
        gl.bindTexture(gl.TEXTURE_2D, texture)
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, 1, gl.RED, gl.FLOAT, values)
      },
    }
  }
  const [wave, spectrum] = [line(WAVE), line(SPECTRUM_BINS)]
  return {
    take({ sound }) {
      for (let i = 0; i < WAVE; i++) wave.values[i] = 0.5 + 0.5 * (sound?.wave[i] ?? 0)
      for (let i = 0; i < SPECTRUM_BINS; i++) spectrum.values[i] = sound?.spectrum[i] ?? 0
      wave.upload()
      spectrum.upload()
    },
    apply(program) {
      program.texture('waveform', wave.texture)
      program.texture('spectrum', spectrum.texture)
    },
    close() {
      for (const { texture } of [wave, spectrum]) gl.deleteTexture(texture)
    },
  }
}
