/**
 * Three random numbers below 1 into `out`: the hash pcg3d of Jarzynski and Olano, "Hash Functions for GPU Rendering" (JCGT 2020),
 * bit for bit as the shaders have it. Whole numbers in.
 */
export const scatter = (x: number, y: number, z: number, out: Float32Array): void => {
  let a = (Math.imul(x, 1664525) + 1013904223) | 0
  let b = (Math.imul(y, 1664525) + 1013904223) | 0
  let c = (Math.imul(z, 1664525) + 1013904223) | 0
  a = (a + Math.imul(b, c)) | 0
  b = (b + Math.imul(c, a)) | 0
  c = (c + Math.imul(a, b)) | 0
  a ^= a >>> 16
  b ^= b >>> 16
  c ^= c >>> 16
  a = (a + Math.imul(b, c)) | 0
  b = (b + Math.imul(c, a)) | 0
  c = (c + Math.imul(a, b)) | 0
  out[0] = (a >>> 8) / 16777216
  out[1] = (b >>> 8) / 16777216
  out[2] = (c >>> 8) / 16777216
}
