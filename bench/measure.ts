/** The value below which the share `q` (0 to 1) of the samples lies; NaN without samples. */
export const quantile = (samples: ArrayLike<number>, q: number): number => {
  const sorted = Float64Array.from(samples).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

export const median = (samples: ArrayLike<number>): number => quantile(samples, 0.5)

export const sum = (samples: ArrayLike<number>): number => {
  let total = 0
  for (let i = 0; i < samples.length; i++) total += samples[i] ?? 0
  return total
}

/** Runs what is compared in turns, `rounds` times each, so that whatever else the machine does slows all of them alike. Gives each one's results, in order. */
export const takeTurns = async <T>(rounds: number, ...runs: readonly (() => Promise<T> | T)[]): Promise<T[][]> => {
  const results: T[][] = runs.map(() => [])
  for (let round = 0; round < rounds; round++) for (let i = 0; i < runs.length; i++) {
    const result = await runs[i]?.()
    if (result !== undefined) results[i]?.push(result)
  }
  return results
}

/** The median of the ratios of results that were measured right after one another. */
export const medianRatio = (of: readonly number[], to: readonly number[]): number => median(of.map((value, i) => value / (to[i] ?? Number.NaN)))

/** Collects garbage now; needs `node --expose-gc`. */
export const collectGarbage = (): void => {
  if (!globalThis.gc) throw new Error('this needs node --expose-gc')
  globalThis.gc()
  globalThis.gc()
}
