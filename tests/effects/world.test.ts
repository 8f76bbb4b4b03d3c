import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ghostOut } from '../../src/effects/world/ghost-out.js'
import { halo } from '../../src/effects/world/halo.js'
import { portal } from '../../src/effects/world/portal.js'
import { sandwich } from '../../src/effects/world/sandwich.js'
import { shadow } from '../../src/effects/world/shadow.js'
import { textureSwap } from '../../src/effects/world/texture-swap.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu } from '../../src/gl/types.js'
import { duet } from './play.js'
import { arranged, BACK, close, disc, RED, play as playOn, subject as subjectOn } from './room.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const subject = (...how: Tail<typeof subjectOn>) => subjectOn(gpu, ...how)
const play = (...how: Tail<typeof playOn>) => playOn(gpu, ...how)
type Tail<F> = F extends (gpu: Gpu, ...rest: infer R) => unknown ? R : never

describe('ghost-out', () => {
  const bare = { ghost: 0, breath: 0, rim: 0, bend: 0 }
  it('shows the room where the subject is, once it has seen it', () => {
    const runner = (n: number) => subject((x, y) => Math.abs(x - 20 - 3 * n) < 8 && Math.abs(y - 36) < 12)
    close(play(ghostOut, bare, 25, runner)(95), BACK, 3)
  })
  it('takes away the world instead, and leaves as much of it as is asked for', () => {
    const out = play(ghostOut, { ...bare, remove: 'world' }, 5, () => subject(disc(12)))
    close(out(64), RED, 0)
    close(out(100), [0, 0, 0], 0)
    close(play(ghostOut, { ...bare, remove: 'world', ghost: 0.5 }, 5, () => subject(disc(12)))(100), [15, 20, 25], 1)
  })
})

describe('halo', () => {
  const rest = { kick: 0, rotate: 0, hue: 0, dim: 0 }
  it('streams away from the subject by zoom a beat, and fades by decay', () => {
    const flash = (n: number) => subject(disc(6), () => [0, 0, 0], (x, y) => (n === 0 && Math.abs(x - 80) < 6 && Math.abs(y - 36) < 6 ? [240, 240, 240] : [0, 0, 0]))
    // From 16 pixels right of the subject to 32, in the 30 ticks of a beat.
    const out = play(halo, { ...rest, zoom: 2, decay: 0.5, world: 1 }, 30, flash)
    close(out(96), [120, 120, 120], 8)
    close(out(40), [0, 0, 0], 0)
  })
  it('leaves the subject as it is', () => {
    close(play(halo, {}, 40, () => subject(disc(12)))(64), RED, 0)
  })
})

describe('shadow', () => {
  it('falls to where the lamp points, as large and dark as is asked for', () => {
    // On beat 0 of the round to the right: 0.25 of 72 pixels.
    const out = play(shadow, { lamps: 1, far: 0.25, larger: 0, blur: 0, kick: 0, dark: 0.5, tone: 0, wall: 0, orbit: 2 }, 60, () => subject(disc(10)))
    close(out(64), RED, 0)
    close(out(64 + 18), [15, 20, 25], 1)
    close(out(64 + 31), BACK, 1)
    close(out(64 - 18), BACK, 1)
  })
  it('mixes lamps of three colours to black where all of them are hidden', () => {
    const out = play(shadow, { lamps: 3, far: 0, larger: 1, blur: 0, kick: 0, dark: 1, tone: 1, wall: 0 }, 30, () => subject(disc(10)))
    close(out(64 + 15), [0, 0, 0], 1)
    close(out(64 + 24), BACK, 1)
  })
})

describe('sandwich', () => {
  it('draws from back to front, the performer between those behind and those in front', () => {
    for (const beat of [0, 0.3, 0.5, 0.8, 1.7]) {
      const copies = arranged(sandwich, { copies: 5, snap: 0 }, beat)
      const live = copies.findIndex(({ extra }) => extra < 0)
      expect(copies).toHaveLength(6)
      const behind = copies.filter(({ extra }) => extra >= 0).map(({ extra }) => extra)
      for (const [i, extra] of behind.entries()) expect(extra).toBeLessThanOrEqual((behind[i - 1] ?? 1) + 1e-9)
      expect(copies.slice(0, live).every(({ extra }) => extra >= 0.5)).toBe(true)
      expect(copies.slice(live + 1).every(({ extra }) => extra < 0.5)).toBe(true)
    }
  })
  it('moves a place further with every step', () => {
    // Four places: right behind, right, in front and left, 0.5 heights from the middle at 0.9.
    const places = (beat: number) => arranged(sandwich, { copies: 4, snap: 0, depth: 0, tilt: 0, radius: 0.5, delay: 0 }, beat).filter(({ extra }) => extra >= 0).map(({ x }) => x).sort((a, b) => a - b)
    close(places(0), [0.4, 0.9, 0.9, 1.4], 1e-6)
    close(places(1), places(0), 1e-6)
    const half = 0.5 * Math.SQRT1_2
    close(places(0.5), [0.9 - half, 0.9 - half, 0.9 + half, 0.9 + half], 1e-6)
  })
})

describe('portal', () => {
  const plain = { rim: 0, depth: 0, spin: 0, pulse: 0, hue: 0 }
  it('is the picture itself where nothing is turned or zoomed', () => {
    const out = play(portal, { ...plain, zoom: 1 }, 5, () => subject(disc(12)))
    close(out(64), RED, 1)
    close(out(100), BACK, 0)
  })
  it('shows what lies twice as far away at half the size', () => {
    // 8 pixels from the middle stand for 16, where the world is.
    const out = play(portal, { ...plain, zoom: 0.5 }, 5, () => subject(disc(12)))
    close(out(64 + 8), BACK, 1)
    close(out(64 + 3), RED, 1)
  })
  it('opens to the layer below', () => {
    const out = play(portal, { ...plain, view: 'below' }, 5, () => subject(disc(12)))
    close(out(64), [0, 0, 0], 0)
    close(out(100), BACK, 0)
  })
})

describe('texture-swap', () => {
  it('dresses two subjects in each other\'s colours', () => {
    const out = play(textureSwap, { wipe: 0, share: 1 }, 4, (n) => duet(gpu, n), 2)
    close(out(40, Math.round(36 + 10 * Math.sin(4 / 3))), [60, 90, 220], 2)
    close(out(100, 40), [240, 160, 60], 2)
    close(out(70, 5), [70, 10, 90], 0)
  })
  it('turns one alone upside down', () => {
    const halves = () => subject(disc(14), (_, y) => (y < 36 ? [250, 0, 0] : [0, 0, 250]))
    const out = play(textureSwap, { wipe: 0, share: 1, ago: 0 }, 8, halves)
    close(out(64, 29), [0, 0, 250], 4)
    close(out(64, 43), [250, 0, 0], 4)
  })
})
