import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instantiate, type CloneDecl, type EffectDecl } from '../../src/engine/effect.js'
import { createChain } from '../../src/gl/chain.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu } from '../../src/gl/types.js'
import { circle, drawnWith } from './subject/support.js'
import { effect, moment, pixelAt, shaders } from './support.js'

const [W, H] = [320, 180]
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

/** Copies that are none: only what lies behind them shows. */
const bare = (behind: CloneDecl['behind']): EffectDecl => ({ ...effect('bare', {}, ['subject']), clones: { most: 1, behind, front: false, arrange: () => {} } })
const RED = [255, 0, 0, 255]
const WHITE = [255, 255, 255, 255]
const ground = (x: number, y: number) => [60 + (x >> 2), 160 - (y >> 1), 90, 255]
const disc = (n: number) => circle(80 + 3 * n, 60, 25)
/** Somebody else, who is nobody's subject, and never stands still. */
const isOther = (n: number, x: number, y: number) => Math.abs(x - 40 - 5 * n) < 12 && Math.abs(y - 140) < 12

/** What lies behind the copies of the last of so many pictures, at a place; x right, y up. */
const play = (behind: CloneDecl['behind'], count: number, sky = 255) => {
  const faults: string[] = []
  const chain = createChain(gpu, { width: W, height: H, instances: [instantiate(bare(behind))], shaderText: shaders({ 'bare.frag': 'vec4 clone(vec4 cutout, vec2 uv, float extra) { return cutout; }' }), tickSeconds: 1 / 60, report: ({ message }) => faults.push(message) })
  let last: ReturnType<typeof chain.run> | undefined
  const drawn = Array.from({ length: count }, (_, n) => drawnWith(gpu, W, H, disc(n), n + 1, (x, y) => (disc(n)(x + 0.5, y + 0.5) > 0 ? RED : isOther(n, x, y) ? WHITE : y > 170 ? [0, 0, 0, sky] : ground(x, y))))
  drawn.forEach((one, n) => { last = chain.run(one, moment(n), true) })
  const seen = last
  const at = (x: number, y: number) => [...(seen ? pixelAt(gpu, seen, x, H - 1 - y) : [])]
  const places = { subject: at(80 + 3 * (count - 1), 60), edge: at(80 + 3 * (count - 1) + 26, 60), other: at(40 + 5 * (count - 1), 140), before: at(40 + 5 * (count - 6), 140), ground: at(300, 20), sky: at(10, 175) }
  chain.close()
  for (const one of drawn) one.close()
  expect(faults).toEqual([])
  expect(gpu.gl.getError()).toBe(0)
  return places
}
const apart = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? 0))))

describe('behind copies', () => {
  it('the world is the picture of now without its subject: what else moves is where it is, and leaves no trace', () => {
    const { subject, edge, other, before, ground: free } = play('world', 40)
    expect(apart(subject, ground(80 + 3 * 39, 60))).toBeLessThan(14)
    expect(apart(edge, ground(80 + 3 * 39 + 26, 60))).toBeLessThan(14)
    expect(other).toEqual(WHITE)
    expect(before).toEqual(ground(40 + 5 * 34, 140))
    expect(free).toEqual(ground(300, 20))
    // Which is what tells it from the background as it is remembered.
    expect(apart(play('plate', 40).other, WHITE)).toBeGreaterThan(40)
  })

  it('the world is as transparent as the picture is, but where the subject was', () => {
    const { sky, subject } = play('world', 10, 0)
    expect(sky[3]).toBe(0)
    expect(subject[3]).toBe(255)
  })

  it('the source has its subject, and nothing is nothing', () => {
    expect(play('source', 3).subject).toEqual(RED)
    expect(play('none', 3).ground).toEqual([0, 0, 0, 0])
  })
})
