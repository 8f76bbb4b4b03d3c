import { createRealFft } from './fft.js'
import { SAMPLE_RATE } from './ring.js'

/** Samples looked at together (21 ms), and samples between two looks (5.3 ms). */
export const WINDOW = 1024
export const HOP = 256
/** Width of a bin, Hz. */
export const BIN_HZ = SAMPLE_RATE / WINDOW
export const HOPS_PER_SECOND = SAMPLE_RATE / HOP

/** Hz: the edges of bass, low mids, high mids and treble. */
export const BAND_EDGES = [30, 250, 1000, 4000, 16_000] as const
export const BANDS = BAND_EDGES.length - 1

export interface Spectrum {
  /** Amplitude by bin, 0 Hz to 24 kHz: a full-scale sine gives 1 at its bin. */
  readonly magnitudes: Float32Array
  /** Root mean square of what lies in each band: a full-scale sine gives 0.71. */
  readonly bands: Float32Array
  /** Looks at `WINDOW` samples. */
  analyse(samples: Float32Array): void
}

/** Magnitudes through a Hann window, w[n] = (1 - cos(2 pi n / N)) / 2: its mean 1/2 and mean square 3/8 are divided out. */
export const createSpectrum = (): Spectrum => {
  const fft = createRealFft(WINDOW)
  const window = Float64Array.from({ length: WINDOW }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW))
  const windowed = new Float64Array(WINDOW)
  const magnitudes = new Float32Array(WINDOW / 2)
  const bands = new Float32Array(BANDS)
  const edges = BAND_EDGES.map((hz) => Math.round(hz / BIN_HZ))
  return {
    magnitudes,
    bands,
    analyse(samples) {
      for (let n = 0; n < WINDOW; n++) windowed[n] = samples[n]! * window[n]!
      fft.magnitudes(windowed, 4 / WINDOW, magnitudes)
      for (let b = 0; b < BANDS; b++) {
        let power = 0
        for (let k = Math.max(1, edges[b]!); k < edges[b + 1]!; k++) power += magnitudes[k]! * magnitudes[k]!
        // A sine's main lobe holds 3/2 of its peak bin's power, and its mean square is half its amplitude's.
        bands[b] = Math.sqrt(power / 3)
      }
    },
  }
}
