/** Frames per second as an exact fraction. */
export interface FrameRate {
  readonly num: number
  readonly den: number
}

/** How far from a broadcast rate a decimal may lie and still mean it: 29.97 is 30000/1001 rounded. */
const NEAR = 0.005

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** The fraction meant by a decimal rate: 60 is 60/1, 29.97 is 30000/1001, 12.5 is 25/2. */
export const frameRate = (fps: number): FrameRate => {
  if (Number.isInteger(fps)) return { num: fps, den: 1 }
  const broadcast = Math.round(fps * 1.001) * 1000
  if (Math.abs(broadcast / 1001 - fps) < NEAR) return { num: broadcast, den: 1001 }
  const num = Math.round(fps * 1000)
  const shared = gcd(num, 1000)
  return { num: num / shared, den: 1000 / shared }
}

/** Audio samples from the start of the first frame to the start of frame `n`: rounded once, so it never drifts. */
export const samplesBefore = (n: number, { num, den }: FrameRate, sampleRate: number): number => Math.round((n * den * sampleRate) / num)
