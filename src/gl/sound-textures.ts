import type { Moment } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { SPECTRUM_BINS, WAVE } from '../engine/sound/analysis.js'
import type { Program } from './program.js'
import { setSampling } from './target.js'
import type { Gpu } from './types.js'

/** What is heard, as textures one pixel high: the wave's rest is 0.5, silence in the spectrum 0. */
export interface SoundTextures {
  readonly waveform: WebGLTexture
  readonly spectrum: WebGLTexture
  /** Once a tick, before anything is drawn. Allocates nothing. */
  take(moment: Moment): void
  apply(program: Program): void
  close(): void
}

/** One of them alone. */
export interface SoundLine {
  readonly texture: WebGLTexture
  take(moment: Moment): void
  close(): void
}

export type SoundKind = 'waveform' | 'spectrum'

const KINDS: Readonly<Record<SoundKind, { readonly columns: number; readonly rest: number; readonly of: (moment: Moment) => ArrayLike<number> | undefined; readonly shown: (value: number) => number }>> = {
  waveform: { columns: WAVE, rest: 0.5, of: ({ sound }) => sound?.wave, shown: (value) => 0.5 + 0.5 * value },
  spectrum: { columns: SPECTRUM_BINS, rest: 0, of: ({ sound }) => sound?.spectrum, shown: (value) => value },
}

/** What is heard in one column of several: the loudest where it holds many values, else what lies between its neighbours. */
const columnOf = (values: ArrayLike<number>, length: number, column: number, columns: number): number => {
  if (columns > length) {
    const at = Math.min(length - 1, Math.max(0, ((column + 0.5) / columns) * length - 0.5))
    const [below, share] = [Math.floor(at), at - Math.floor(at)]
    return (values[below] ?? 0) * (1 - share) + (values[Math.min(length - 1, below + 1)] ?? 0) * share
  }
  let loudest = 0
  const end = Math.floor(((column + 1) * length) / columns)
  for (let i = Math.floor((column * length) / columns); i < end; i++) {
    const value = values[i] ?? 0
    if (Math.abs(value) > Math.abs(loudest)) loudest = value
  }
  return loudest
}

/** `columns` as many as there are unless told. Throws a DoppelError when the graphics context is gone. */
export const createSoundLine = (gpu: Gpu, kind: SoundKind, columns = KINDS[kind].columns): SoundLine => {
  const { gl } = gpu
  const { columns: length, rest, of, shown } = KINDS[kind]
  // Typed as never null; it is when the context was lost.
  const texture = gl.createTexture() as WebGLTexture | null
  if (texture === null) throw new DoppelError('there is no texture for what is heard: the graphics context was lost', 'start again')
  const line = new Float32Array(columns).fill(rest)
  gl.activeTexture(gl.TEXTURE0)
  gl.bindTexture(gl.TEXTURE_2D, texture)
  // 16 bit floats: they can be looked at between their samples, for which 32 bit ones need an extension.
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R16F, columns, 1)
  setSampling(gpu, gl.TEXTURE_2D, 'linear')
  return {
    texture,
    take(moment) {
      const heard = of(moment)
      for (let i = 0; i < columns; i++) line[i] = heard ? shown(columnOf(heard, length, i, columns)) : rest
      gl.activeTexture(gl.TEXTURE0)
      gl.bindTexture(gl.TEXTURE_2D, texture)
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, columns, 1, gl.RED, gl.FLOAT, line)
    },
    close() { gl.deleteTexture(texture) },
  }
}

/** Throws a DoppelError when the graphics context is gone. */
export const createSoundTextures = (gpu: Gpu): SoundTextures => {
  const [wave, spectrum] = [createSoundLine(gpu, 'waveform'), createSoundLine(gpu, 'spectrum')]
  return {
    waveform: wave.texture,
    spectrum: spectrum.texture,
    take(moment) {
      wave.take(moment)
      spectrum.take(moment)
    },
    apply(program) {
      program.texture('waveform', wave.texture)
      program.texture('spectrum', spectrum.texture)
    },
    close() {
      wave.close()
      spectrum.close()
    },
  }
}
