import { describe, expect, it } from 'vitest'
import { DoppelError } from '../../src/engine/error.js'
import { createFaults } from '../../src/engine/guard.js'
import { createStageClock } from '../../src/engine/stats.js'
import type { Fault } from '../../src/engine/types.js'

const setup = () => {
  const clock = { now: 0 }
  const faults = createFaults(() => clock.now)
  const seen: Fault[] = []
  faults.fault$.subscribe((fault) => seen.push(fault))
  return { clock, faults, seen }
}

describe('guard', () => {
  it('takes the fallback and reports what, with the hint', () => {
    const { faults, seen } = setup()
    expect(faults.guard('source', 7, () => { throw new DoppelError('the camera is gone', 'plug it in') })).toBe(7)
    expect(faults.guard('source', 7, () => 8)).toBe(8)
    expect(seen).toEqual([{ unit: 'source', message: 'the camera is gone', hint: 'plug it in', count: 1 }])
  })

  it('reports the same fault once per 5 s and counts the rest', () => {
    const { clock, faults, seen } = setup()
    for (let i = 0; i < 300; i++) { clock.now = i * 16; faults.guard('x', 0, () => { throw new Error('again') }) }
    clock.now = 5001
    faults.report({ unit: 'x', message: 'again', hint: '' })
    expect(seen.map(({ count }) => count)).toEqual([1, 300])
  })

  it('remembers a bounded number of faults, whatever is thrown', () => {
    const { faults, seen } = setup()
    for (let i = 0; i < 10_000; i++) faults.guard('x', 0, () => { throw i })
    expect(seen).toHaveLength(10_000)
  })
})

describe('stage clock', () => {
  it('gives each stage its share of the tick', () => {
    let now = 0
    const stages = createStageClock(() => now)
    for (let i = 1; i <= 100; i++) {
      now += 1000
      stages.begin()
      now += 1; stages.mark('pull')
      now += i; stages.mark('chain')
      now += 2; stages.mark('pull')
    }
    const { pull, chain, upload, tick } = stages.summary()
    expect(pull).toEqual({ p50: 3, p95: 3, max: 3 })
    expect(chain).toEqual({ p50: 51, p95: 96, max: 100 })
    expect(upload.max).toBe(0)
    expect(tick.max).toBe(103)
    expect(stages.ticks).toBe(100)
  })
})
