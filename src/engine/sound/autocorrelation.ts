import { createFft } from './fft.js'

/** How alike a series is to itself, by lag. */
export interface Autocorrelation {
  /** Mean product at every lag, less what the mean alone gives: `values[0]` is the variance. */
  readonly values: Float64Array
  /** Looks at the first `length` values of a series. */
  of(series: Float64Array, length: number): void
  /** Between two lags by a straight line; 0 beyond the last. */
  at(lag: number): number
  /** The highest place within `reach` of a lag, to a fraction of a step. */
  peakNear(lag: number, reach: number): number
}

/** Where a parabola through three neighbouring values has its top, relative to the middle one. */
export const parabolaTop = (left: number, middle: number, right: number): number => {
  const bend = left - 2 * middle + right
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (left - right) / (2 * bend)))
}

/** By the Wiener-Khinchin theorem: the transform of the squared spectrum, over a series padded to twice its size so that nothing wraps round. */
export const createAutocorrelation = (size: number): Autocorrelation => {
  const fft = createFft(2 * size)
  const re = new Float64Array(2 * size)
  const im = new Float64Array(2 * size)
  const values = new Float64Array(size)
  return {
    values,
    of(series, length) {
      let mean = 0
      for (let i = 0; i < length; i++) mean += series[i]! / length
      for (let i = 0; i < 2 * size; i++) re[i] = i < length ? series[i]! - mean : 0
      im.fill(0)
      fft.forward(re, im)
      for (let k = 0; k < 2 * size; k++) {
        re[k] = re[k]! * re[k]! + im[k]! * im[k]!
        im[k] = 0
      }
      fft.forward(re, im)
      // Fewer values meet at greater lags.
      for (let lag = 0; lag < size; lag++) values[lag] = lag < length ? re[lag]! / (2 * size) / (length - lag) : 0
    },
    at(lag) {
      const low = Math.floor(lag)
      const part = lag - low
      return low + 1 < size ? values[low]! * (1 - part) + values[low + 1]! * part : 0
    },
    peakNear(lag, reach) {
      let best = Math.round(lag)
      for (let i = Math.ceil(lag - reach); i <= lag + reach; i++) if (i > 0 && i + 1 < size && values[i]! > values[best]!) best = i
      return best > 0 && best + 1 < size ? best + parabolaTop(values[best - 1]!, values[best]!, values[best + 1]!) : lag
    },
  }
}
