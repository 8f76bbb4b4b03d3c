import { describe, expect, it } from 'vitest'
import { createPath } from '../../../src/gl/subject/path.js'

const out = new Float32Array(2)
const at = (path: ReturnType<typeof createPath>, ago: number) => {
  path.at(ago, out)
  return [...out]
}

describe('a path', () => {
  it('gives places between those that were added, and the ends beyond them', () => {
    const path = createPath(2)
    for (let n = 0; n <= 60; n++) path.add(n / 30, n, -n)
    expect(at(path, 0)).toEqual([60, -60])
    expect(at(path, -1)).toEqual([60, -60])
    expect(at(path, 1)[0]).toBeCloseTo(30, 4)
    expect(at(path, 0.05)[0]).toBeCloseTo(58.5, 4)
    expect(at(path, 9).map(Math.abs)).toEqual([0, 0])
  })

  it('reaches as far back however short the ticks', () => {
    const path = createPath(2)
    for (let n = 0; n <= 5000; n++) path.add(n / 1000, n / 1000, 0)
    for (const ago of [0, 0.5, 1.7, 1.98]) expect(Math.abs((at(path, ago)[0] ?? 0) - (5 - ago))).toBeLessThan(0.009)
  })

  it('starts anew when the time runs backwards, and on a reset', () => {
    const path = createPath(2)
    path.add(5, 1, 1)
    path.add(6, 2, 2)
    path.add(0, 7, 8)
    expect(at(path, 3)).toEqual([7, 8])
    path.add(1, 9, 9)
    path.reset()
    path.add(0.5, 4, 4)
    expect(at(path, 1)).toEqual([4, 4])
  })
})
