import { DoppelError } from '../engine/error.js'

/** A shader that does not compile. The message names the author's file, the line, and the driver's own words. */
export interface ShaderError extends DoppelError {
  readonly file: string
  /** Counted from 1; 0 when the driver named none. */
  readonly line: number
}

/** Makes a {@link ShaderError}; `detail` is what is wrong, in the driver's words. */
export const shaderError = (file: string, line: number, detail: string): ShaderError =>
  Object.assign(new DoppelError(`${file}${line > 0 ? `:${line}` : ''}: ${detail}`, `mend ${file} and save it: it is read again at once while a show runs`), { name: 'ShaderError', file, line })

/** Whether something that was thrown is a shader's fault. */
export const isShaderError = (thrown: unknown): thrown is ShaderError => thrown instanceof DoppelError && thrown.name === 'ShaderError'

/** Source string number of the author's file, or of the first of several: what the host adds in front keeps number 0. */
export const AUTHOR = 1

/** What fused shaders' own names have in front of them. */
const PREFIX = /\bhostF\d+/g
/** See {@link PREFIX}; `index` tells one from another. */
export const fusedPrefix = (index: number): string => `hostF${index}`

/**
 * Takes a compiler's log apart. ANGLE writes `ERROR: <source string>:<line>: <text>`, one per line; the first one in an
 * author's file is the one to show, with those that follow on the same line. `files` are the authors' in their order in the shader.
 */
export const readShaderLog = (files: readonly string[], log: string): ShaderError => {
  const found = [...log.matchAll(/^ERROR: (\d+):(\d+): (.*)$/gm)].map(([, source, line, text]) => ({ source: Number(source), line: Number(line), text: (text ?? '').trim() }))
  const first = found.find(({ source }) => files[source - AUTHOR] !== undefined)
  if (first === undefined) return shaderError(files.join(' + '), 0, log.trim() || 'the driver refused it and did not say why')
  const here = found.filter(({ source, line }) => source === first.source && line === first.line)
  return shaderError(files[first.source - AUTHOR] ?? '', first.line, here.map(({ text }) => text.replace(PREFIX, '')).join('; '))
}

/**
 * Blanks comments out, keeping every line in its place: `gl` refuses quotes and some other signs wherever they stand.
 * GLSL has no strings, so a comment can be told by its first two signs alone.
 */
export const withoutComments = (source: string): string =>
  source.replace(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (comment) => comment.replace(/[^\n]/g, ' '))

/** The first sign GLSL has no use for, or undefined. */
export const strangeSign = (source: string): { line: number; sign: string } | undefined => {
  const at = source.search(/[^\t\n\r\v\f\x20-\x7e]|["'`$@\\]/)
  return at < 0 ? undefined : { line: source.slice(0, at).split('\n').length, sign: String.fromCodePoint(source.codePointAt(at) ?? 0) }
}
