import { createProgram } from './program.js'
import { createTarget } from './target.js'
import type { Gpu } from './types.js'

/**
 * Ways to round a vec4 `hostHere` to bytes as an RGBA8 texture does when it is drawn to, and to turn the bytes into the numbers it
 * gives when it is read. Drivers differ at halves and in the last bit; what steps at 1/3 or 1/5 shows it. The constants are a
 * uniform's, for compilers merge those they know with the author's; and what is at least 0 is told so, for across that they do not
 * multiply: a memory of 16 bit floats shows the last bit too.
 */
const WRITES = ['floor(hostHere * hostBytes.x + 0.5)', 'roundEven(hostHere * hostBytes.x)'] as const
const READS = ['hostWhole / hostBytes.x', 'hostWhole * hostBytes.y'] as const

/** Declares what the ways use; a program needs it set to {@link BYTES}. */
export const BYTES_GLSL = 'uniform vec2 hostBytes;\n'
export const BYTES: readonly number[] = [255, 1 / 255]

const WIDTH = 256
const HEIGHT = 8

/** Numbers from 0 to 1, about half of them half way between two bytes. */
const HEAD = `#version 300 es
precision highp float;
precision highp int;
uniform sampler2D kept;
${BYTES_GLSL}out vec4 result;
vec4 number() {
  float bytes = gl_FragCoord.x - 0.5;
  float part = gl_FragCoord.y < 4.0 ? 0.5 : fract(gl_FragCoord.y * 0.618);
  return clamp(vec4(bytes + part, bytes - part, 0.5 * bytes, 0.5 * (bytes + part)) * hostBytes.y, 0.0, 1.0);
}
`
const KEEP = `${HEAD}void main() { result = number(); }
`
const compareWrite = (way: string): string => `${HEAD}void main() {
  vec4 hostHere = number();
  vec4 seen = floor(texelFetch(kept, ivec2(gl_FragCoord.xy), 0) * 255.0 + 0.5);
  result = vec4(notEqual(seen, ${way}));
}
`
const compareRead = (way: string): string => `${HEAD}void main() {
  vec4 seen = texelFetch(kept, ivec2(gl_FragCoord.xy), 0);
  vec4 hostWhole = floor(seen * 255.0 + 0.5);
  result = vec4(notEqual(floatBitsToInt(seen), floatBitsToInt(${way})));
}
`

/** The way that differs least from what the driver does. */
const find = (gpu: Gpu): string => {
  const { gl } = gpu
  const [kept, differs] = [0, 1].map(() => createTarget(gpu, { width: WIDTH, height: HEIGHT, format: 'rgba8', filter: 'nearest' }))
  if (!kept || !differs) throw new RangeError('two targets are two')
  const bytes = new Uint8Array(WIDTH * HEIGHT * 4)
  const draw = (fragment: string, to: typeof kept) => {
    const program = createProgram(gpu, { fragment, file: 'rounding to 8 bits' })
    program.use()
    program.set('hostBytes', BYTES)
    program.texture('kept', kept.texture)
    program.draw(to)
    program.close()
  }
  const differences = (fragment: string): number => {
    draw(fragment, differs)
    gl.readPixels(0, 0, WIDTH, HEIGHT, gl.RGBA, gl.UNSIGNED_BYTE, bytes)
    return bytes.reduce((sum, byte) => sum + (byte > 0 ? 1 : 0), 0)
  }
  const least = <T extends string>(ways: readonly [T, ...T[]], compare: (way: string) => string): T => {
    const counts = ways.map((way) => differences(compare(way)))
    return ways[counts.indexOf(Math.min(...counts))] ?? ways[0]
  }
  draw(KEEP, kept)
  const quantised = `    vec4 hostWhole = ${least(WRITES, compareWrite)};\n    hostHere = max(${least(READS, compareRead)}, 0.0);\n`
  kept.close()
  differs.close()
  return quantised
}

const found = new WeakMap<Gpu, string>()

/** GLSL after which `hostHere` is what this driver would have kept of it in an RGBA8 texture, and given back. Finds out once for each GPU. */
export const quantiseGlsl = (gpu: Gpu): string => {
  const known = found.get(gpu) ?? find(gpu)
  found.set(gpu, known)
  return known
}
