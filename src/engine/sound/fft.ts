/** Magnitudes of a real series; everything it needs is allocated when it is made. */
export interface RealFft {
  /** Puts |X[k]| times `scale` for k from 0 to half the size, not included, into `into`. */
  magnitudes(series: Float64Array, scale: number, into: Float32Array): void
}

/**
 * Half the work: even and odd samples are the real and imaginary parts of a transform of half the size, and
 * X[k] = (Z[k] + Z*[-k]) / 2 - i exp(-2 pi i k / size) (Z[k] - Z*[-k]) / 2 (Sorensen et al., "Real-Valued Fast Fourier
 * Transform Algorithms", 1987).
 */
export const createRealFft = (size: number): RealFft => {
  const half = size / 2
  const fft = createFft(half)
  const re = new Float64Array(half)
  const im = new Float64Array(half)
  const cos = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size))
  const sin = Float64Array.from({ length: half }, (_, k) => Math.sin((2 * Math.PI * k) / size))
  return {
    magnitudes(series, scale, into) {
      for (let i = 0; i < half; i++) {
        re[i] = series[2 * i]!
        im[i] = series[2 * i + 1]!
      }
      fft.forward(re, im)
      for (let k = 0; k < half; k++) {
        const m = (half - k) & (half - 1)
        const evenRe = re[k]! + re[m]!
        const evenIm = im[k]! - im[m]!
        const oddRe = im[k]! + im[m]!
        const oddIm = re[m]! - re[k]!
        const x = evenRe + oddRe * cos[k]! + oddIm * sin[k]!
        const y = evenIm + oddIm * cos[k]! - oddRe * sin[k]!
        // Not Math.hypot, which is many times slower; nothing here can overflow.
        into[k] = 0.5 * scale * Math.sqrt(x * x + y * y)
      }
    },
  }
}

/** A transform of one size; everything it needs is allocated when it is made. */
export interface Fft {
  readonly size: number
  /** Transforms in place: real and imaginary parts. */
  forward(re: Float64Array, im: Float64Array): void
}

/**
 * Radix-2 decimation in time with tables (Cooley and Tukey, "An Algorithm for the Machine Calculation of Complex Fourier
 * Series", 1965): X[k] = sum over n of x[n] exp(-2 pi i k n / size). `size` is a power of two.
 */
export const createFft = (size: number): Fft => {
  if (size < 2 || !Number.isInteger(Math.log2(size))) throw new RangeError(`a transform's size is a power of two from 2, not ${size}`)
  const half = size / 2
  const cos = Float64Array.from({ length: half }, (_, i) => Math.cos((2 * Math.PI * i) / size))
  const sin = Float64Array.from({ length: half }, (_, i) => Math.sin((2 * Math.PI * i) / size))
  const bits = Math.log2(size)
  const reversed = Uint32Array.from({ length: size }, (_, i) => {
    let r = 0
    for (let b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b)
    return r
  })
  return {
    size,
    forward(re, im) {
      for (let i = 0; i < size; i++) {
        const j = reversed[i]!
        if (j <= i) continue
        const a = re[i]!
        const b = im[i]!
        re[i] = re[j]!
        im[i] = im[j]!
        re[j] = a
        im[j] = b
      }
      for (let span = 1; span < size; span *= 2) {
        const step = half / span
        for (let start = 0; start < size; start += 2 * span) {
          for (let k = 0; k < span; k++) {
            const c = cos[k * step]!
            const s = sin[k * step]!
            const low = start + k
            const high = low + span
            const x = re[high]! * c + im[high]! * s
            const y = im[high]! * c - re[high]! * s
            re[high] = re[low]! - x
            im[high] = im[low]! - y
            re[low] = re[low]! + x
            im[low] = im[low]! + y
          }
        }
      }
    },
  }
}
