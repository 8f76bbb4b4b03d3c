import { describe, expect, it } from 'vitest'
import { createOneEuro } from '../../src/engine/one-euro.js'

const TICK = 1 / 60
/** The same noise in every run, -1 to 1. */
const noise = (n: number): number => {
  const x = Math.sin(n * 127.1 + 311.7) * 43758.5453
  return (x - Math.floor(x)) * 2 - 1
}

describe('the 1 euro filter', () => {
  it('takes the first measurement as it is, and again after a reset', () => {
    const filter = createOneEuro(2, { minCutoff: 1, beta: 0 })
    filter.filter([3, -4], TICK)
    expect([...filter.values]).toEqual([3, -4])
    filter.filter([10, 10], TICK)
    expect(filter.values[0]).toBeGreaterThan(3)
    expect(filter.values[0]).toBeLessThan(4)
    filter.reset()
    filter.filter([10, 20], TICK)
    expect([...filter.values]).toEqual([10, 20])
    expect([...filter.rates]).toEqual([0, 0])
  })

  it('without beta is the low-pass its cutoff says: a step is followed as 1 - exp(-2 pi f t)', () => {
    const filter = createOneEuro(1, { minCutoff: 1, beta: 0 })
    filter.filter([0], 0.001)
    for (let n = 0; n < 160; n++) filter.filter([1], 0.001)
    expect(filter.values[0]).toBeCloseTo(1 - Math.exp(-2 * Math.PI * 0.16), 2)
  })

  it('calms a value at rest and hardly delays a fast one', () => {
    const still = createOneEuro(1, { minCutoff: 1, beta: 10 })
    let worst = 0
    for (let n = 0; n < 600; n++) {
      still.filter([0.5 + 0.002 * noise(n)], TICK)
      if (n > 60) worst = Math.max(worst, Math.abs((still.values[0] ?? 0) - 0.5))
    }
    expect(worst).toBeLessThan(0.0011)
    const moved = (beta: number) => {
      const filter = createOneEuro(1, { minCutoff: 1, beta })
      for (let n = 0; n < 240; n++) filter.filter([n * TICK], TICK)
      return 239 * TICK - (filter.values[0] ?? 0)
    }
    // A ramp is followed late by tau = 1 / (2 pi cutoff).
    expect(moved(0)).toBeCloseTo(1 / (2 * Math.PI), 2)
    expect(moved(10)).toBeCloseTo(1 / (2 * Math.PI * 11), 2)
  })

  it('gives the speed of a steady motion', () => {
    const filter = createOneEuro(2, { minCutoff: 1.5, beta: 5 })
    for (let n = 0; n < 180; n++) filter.filter([0.3 * n * TICK, -2 * n * TICK], TICK)
    expect(filter.rates[0]).toBeCloseTo(0.3, 3)
    expect(filter.rates[1]).toBeCloseTo(-2, 3)
  })

  it('does not depend much on the tick rate', () => {
    const after = (dt: number) => {
      const filter = createOneEuro(1, { minCutoff: 1, beta: 0 })
      filter.filter([0], dt)
      for (let t = dt; t < 0.25; t += dt) filter.filter([1], dt)
      return filter.values[0] ?? 0
    }
    expect(Math.abs(after(1 / 30) - after(1 / 240))).toBeLessThan(0.1)
  })

  it('ignores a second measurement of the same moment, and what is not a number', () => {
    const filter = createOneEuro(1, { minCutoff: 1, beta: 1 })
    filter.filter([2], TICK)
    filter.filter([9], 0)
    filter.filter([Number.NaN], TICK)
    filter.filter([], TICK)
    filter.filter([Number.POSITIVE_INFINITY], TICK)
    filter.filter([9], Number.NaN)
    expect(filter.values[0]).toBe(2)
  })
})
