import { describe, expect, it } from 'vitest'
import { createModulation } from '../../src/control/modulators/modulation.js'
import { noise } from '../../src/control/modulators/noise.js'
import type { EnvelopeDecl, FollowDecl, LfoDecl, ModulatorDecl } from '../../src/control/modulators/types.js'
import type { AudioView, Followed, Signals } from '../../src/control/types.js'
import { LFO_SHAPES } from '../../src/engine/controls.js'
import { ALL, dice, event, layTable, signals } from './table.js'

const common = { depth: 1, offset: 0, smoothMs: 0 }
const lfo = (more: Partial<LfoDecl> = {}): LfoDecl => ({ kind: 'lfo', to: '/s/l/amount', ...common, shape: 'sine', every: 4, phase: 0, width: 0.5, ...more })
const envelope = (more: Partial<EnvelopeDecl> = {}): EnvelopeDecl => ({ kind: 'envelope', to: '/s/l/wide', ...common, trigger: 'beat', every: 1, attack: 0, hold: 0, decay: 0.25, sustain: 0, release: 0.2, ...more })
const follow = (more: Partial<FollowDecl> = {}): FollowDecl => ({ kind: 'follow', to: '/s/l/amount', ...common, source: 'dancer', subject: 1, what: 'x', range: [0, 1], ...more })
const open = (...modulators: ModulatorDecl[]) => {
  const table = layTable()
  const modulation = createModulation({ registry: table.registry, modulators, seed: 7 })
  return { ...table, modulation, at: (beat: number, more: Partial<Signals> = {}) => { modulation.tick({ ...signals(1), beat, ...more }) } }
}
const heard = (more: Partial<AudioView>): AudioView => ({ present: true, level: 0, bands: new Float32Array(4), spectrum: new Float32Array(256), wave: new Float32Array(512), onsets: 0, bpm: 0, confidence: 0, ...more })

describe('an LFO', () => {
  it.each([
    ['sine', [0.5, 1, 0.5, 0]], ['triangle', [0.5, 1, 0.5, 0]], ['saw-up', [0, 0.25, 0.5, 0.75]], ['saw-down', [1, 0.75, 0.5, 0.25]], ['square', [1, 1, 0, 0]],
  ] as const)('draws a %s that starts with the bar', (shape, expected) => {
    const { at, drawn, value } = open(lfo({ shape }))
    for (const bar of [0, 1, 250]) {
      expected.forEach((level, i) => {
        at(bar * 4 + i)
        expect(drawn('/s/l/amount')).toBeCloseTo(level, 9)
      })
    }
    expect(value('/s/l/amount')).toBe(0.5)
  })

  it('holds what it drew by lot for a whole wave, or goes smoothly there, the same for the same seed', () => {
    const { at, drawn } = open(lfo({ shape: 'sample-hold', every: 1 }), lfo({ shape: 'random', every: 1, to: '/s/l/wide' }))
    const seen = new Set<number>()
    let last = Number.NaN
    for (let i = 0; i < 800; i++) {
      at(i / 100)
      seen.add(drawn('/s/l/amount') as number)
      const smooth = drawn('/s/l/wide') as number
      if (i > 0) expect(Math.abs(smooth - last)).toBeLessThan(0.35)
      last = smooth
    }
    expect(seen.size).toBe(8)
    expect(Array.from({ length: 1000 }, (_, n) => noise(1, n)).reduce((sum, x) => sum + x, 0) / 1000).toBeCloseTo(0.5, 1)
  })

  it('runs in hertz without a jump when its rate is played', () => {
    const { modulation, drawn, registry } = open(lfo({ shape: 'triangle', hz: 1, name: 'Wob' }))
    let last = Number.NaN
    for (let n = 1; n < 200; n++) {
      if (n === 100) registry.get('/modulators/wob/hz')?.set(2)
      modulation.tick(signals(n, 60))
      const now = drawn('/s/l/amount') as number
      if (n > 1) expect(Math.abs(now - last)).toBeLessThan(0.07)
      last = now
    }
  })

  it('goes to one side, is smaller, upside down, moved and smoothed as told', () => {
    const up = open(lfo({ shape: 'saw-up', polarity: 'unipolar', depth: 0.5, to: '/s/l/wide' }))
    up.at(2)
    expect(up.drawn('/s/l/wide')).toBe(5)
    const down = open(lfo({ shape: 'saw-up', polarity: 'unipolar', depth: -0.25, offset: 0.1, to: '/s/l/wide' }))
    down.at(2)
    expect(down.drawn('/s/l/wide')).toBeCloseTo(-0.5)
    const soft = open(lfo({ shape: 'square', every: 2, smoothMs: 100 }))
    soft.at(0)
    expect(soft.drawn('/s/l/amount')).toBe(1)
    soft.at(1, { dt: 0.1 })
    expect(soft.drawn('/s/l/amount')).toBeCloseTo(1 / Math.E)
  })
})

describe('modulation', () => {
  it('sums several, in the parameter\'s own range, over whatever is set meanwhile', () => {
    const { at, drawn, value, set } = open(lfo({ shape: 'square', depth: 0.2 }), lfo({ shape: 'square', depth: 0.4, every: 8 }))
    at(0)
    expect(drawn('/s/l/amount')).toBeCloseTo(0.8)
    at(2)
    expect(drawn('/s/l/amount')).toBeCloseTo(0.6)
    set('/s/l/amount', 0.1)
    at(4)
    expect([value('/s/l/amount'), drawn('/s/l/amount')]).toEqual([0.1, 0])
  })

  it('moves every type in its own way', () => {
    const up = { shape: 'square', polarity: 'unipolar' } as const
    const { at, drawn, value, modulation } = open(
      lfo({ ...up, to: '/s/l/copies', depth: 0.5 }), lfo({ ...up, to: '/s/l/on', depth: 0.6 }), lfo({ ...up, to: '/s/l/look' }), lfo({ ...up, to: '/s/l/spacing', depth: 0.5 }),
      lfo({ ...up, to: '/s/l/tint', component: 'r', depth: 0.5 }), lfo({ ...up, to: '/s/l/tint', component: 'b' }), lfo({ ...up, to: '/s/l/place', component: 'y', depth: -1 }), lfo({ ...up, to: '/s/l/hit' }), lfo({ ...up, to: '/s/l/none' }),
    )
    const names = ['copies', 'on', 'look', 'spacing', 'tint', 'place', 'hit']
    const before = names.map((name) => value(`/s/l/${name}`))
    at(0)
    expect(names.map((name) => drawn(`/s/l/${name}`))).toEqual([12, true, 'c', 1 + (4 - 1 / 32) / 2, [0.5, 0, 1, 1], [0.5, 0], 0])
    expect(names.map((name) => value(`/s/l/${name}`))).toEqual(before)
    at(2)
    modulation.release()
    expect(names.map((name) => drawn(`/s/l/${name}`))).toEqual(before)
  })

  it('stays within range and gives the same for the same signals, whatever its depth', () => {
    const random = dice(11)
    const shapes = LFO_SHAPES.flatMap((shape, i) => Object.keys(ALL).map((to, j): ModulatorDecl => lfo({ shape, to, every: 1 + ((i * 7 + j) % 5), depth: random() * 2 - 1, offset: random() * 2 - 1, ...(to.endsWith('tint') && { component: 'g' as const }), ...(to.endsWith('place') && { component: 'x' as const }) })))
    const runs = [1, 2].map(() => {
      const { modulation, drawn } = open(...shapes)
      return Array.from({ length: 300 }, (_, n) => {
        modulation.tick(signals(n, 60, 128))
        const [amount, wide, copies, spacing] = ['amount', 'wide', 'copies', 'spacing'].map((name) => drawn(`/s/l/${name}`) as number)
        for (const [x = Number.NaN, min, max] of [[amount, 0, 1], [wide, -10, 10], [copies, 1, 16], [spacing, 1 / 32, 4]] as const) {
          expect(x).toBeGreaterThanOrEqual(min)
          expect(x).toBeLessThanOrEqual(max)
        }
        expect(Number.isInteger(copies)).toBe(true)
        return JSON.stringify(Object.keys(ALL).map(drawn))
      })
    })
    expect(runs[0]).toEqual(runs[1])
    expect(new Set(runs[0]).size).toBeGreaterThan(100)
  })

  it('is played through addresses of its own, also by other modulators, and never by itself', () => {
    const { at, drawn, registry, modulation } = open(
      lfo({ name: 'Swell', shape: 'square', depth: 0 }), lfo({ name: 'Swell', to: '/modulators/swell/depth', shape: 'square', depth: 0.25 }), lfo({ name: 'Self', to: '/modulators/self/depth', depth: 1 }),
    )
    expect(modulation.list.map(({ slug }) => slug)).toEqual(['swell', 'swell-2', 'self'])
    at(0)
    expect(drawn('/s/l/amount')).toBe(0.5 + 0.25 / 2)
    expect(drawn('/modulators/self/depth')).toBe(1)
    registry.get('/modulators/swell/bypass')?.set(true)
    at(0)
    expect(drawn('/s/l/amount')).toBe(0.5)
    registry.get('/modulators/swell/bypass')?.set(false)
    registry.get('/modulators/swell/every')?.set(1)
    at(0.75)
    expect(drawn('/s/l/amount')).toBe(0.5 - 0.25 / 2)
  })

  it('of each other in a circle stays within range', () => {
    const { modulation, drawn } = open(lfo({ name: 'a', to: '/modulators/b/depth' }), lfo({ name: 'b', to: '/modulators/a/depth', shape: 'square' }))
    for (let n = 0; n < 1000; n++) modulation.tick(signals(n))
    for (const name of ['a', 'b']) expect(Math.abs(drawn(`/modulators/${name}/depth`) as number)).toBeLessThanOrEqual(1)
  })
})

describe('an envelope', () => {
  it('begins at its top on the beat, and falls', () => {
    const { modulation, drawn } = open(envelope())
    const levels = Array.from({ length: 60 }, (_, n) => {
      modulation.tick(signals(n))
      return Math.round((drawn('/s/l/wide') as number) * 1e6) / 1e7
    })
    // A beat is 30 ticks at 120; range -10..10 at 0: half of it is above.
    expect([levels[0], levels[15], levels[29], levels[30], levels[45]]).toEqual([1, 0, 0, 1, 0])
    expect(levels.slice(1, 15).every((level, i) => level <= (levels[i] ?? 0))).toBe(true)
  })

  it('is not begun twice by a beat that is set back by a hair', () => {
    const { at, drawn } = open(envelope({ decay: 0.01 }))
    expect([0, 0.5, 1, 1.05, 0.98, 1, 1.5, 2, 0].map((beat) => { at(beat); return drawn('/s/l/wide') })).toEqual([10, 0, 10, 0, 0, 0, 0, 10, 10])
  })

  it('rises, sustains as long as a note is held, and is released', () => {
    const { modulation, drawn } = open(envelope({ to: '/s/l/amount', polarity: 'unipolar', depth: 0.5, trigger: 'control', control: 'midi/*/1/note/36', attack: 0.1, decay: 0.1, sustain: 0.5, release: 0.1 }))
    const run = (ticks: number) => {
      for (let n = 0; n < ticks; n++) modulation.tick({ ...signals(1), dt: 0.01 })
      return Math.round(((drawn('/s/l/amount') as number) - 0.5) * 200) / 100
    }
    expect(run(5)).toBe(0)
    modulation.hear(event('midi/pads/1/note/36', 'press', 1))
    modulation.hear(event('midi/pads/1/note/37', 'press', 1))
    expect([run(1), run(5), run(5), run(5), run(30)]).toEqual([0, 0.5, 1, 0.5, 0.5])
    modulation.hear(event('midi/pads/1/note/36', 'release', 0))
    run(1)
    expect([run(4), run(20)]).toEqual([0.1, 0])
    // A tap so short that both come within one tick is seen nevertheless.
    modulation.hear(event('midi/pads/1/note/36', 'press', 1))
    modulation.hear(event('midi/pads/1/note/36', 'release', 0))
    expect([run(11), run(50)]).toEqual([1, 0])
  })

  it('is begun by onsets and by parameters, once each', () => {
    const { at, drawn, set, value } = open(envelope({ to: '/s/l/amount', trigger: 'onset', decay: 0.01, depth: 0.5 }), envelope({ trigger: 'address', address: '/s/l/hit', decay: 0.01 }))
    const level = (onsets: number, present = true) => {
      at(0, { audio: heard({ onsets, present }) })
      return drawn('/s/l/amount')
    }
    expect([level(4), level(4), level(5), level(5), level(0, false), level(9), level(10)]).toEqual([0.5, 0.5, 1, 0.5, 0.5, 0.5, 1])
    set('/s/l/hit', (value('/s/l/hit') as number) + 1)
    at(0)
    expect(drawn('/s/l/wide')).toBe(10)
    at(0)
    expect(drawn('/s/l/wide')).toBe(0)
  })
})

describe('what is heard, seen and counted', () => {
  it('follows a band above its floor, and is still in silence and without sound', () => {
    const { at, drawn } = open({ kind: 'audio', to: '/s/l/wide', ...common, band: 'bass', gain: 2, floor: 0.5 })
    const level = (audio: AudioView | undefined) => {
      at(0, { audio })
      return drawn('/s/l/wide')
    }
    expect([level(heard({ bands: Float32Array.of(0.375, 1, 1, 1) })), level(heard({ bands: Float32Array.of(0.1, 1, 1, 1) })), level(heard({ bands: Float32Array.of(1, 0, 0, 0), present: false })), level(undefined), level(heard({ bands: Float32Array.of(Number.NaN, 0, 0, 0) }))]).toEqual([10, 0, 0, 0, 0])
  })

  it('follows a subject within what counts, and waits where it was while it is gone', () => {
    const { at, drawn } = open(follow({ what: 'speed', range: [0, 2], to: '/s/l/wide' }), follow({ source: 'nobody' }))
    const see = (followed: Partial<Followed> | undefined) => {
      at(0, { followed: (source) => (followed && source === 'dancer' ? { x: 0, y: 0, size: 0, speed: 0, present: true, ...followed } : undefined) })
      return drawn('/s/l/wide')
    }
    expect([see({ speed: 1 }), see({ speed: 0, present: false }), see(undefined), see({ speed: 0.5 }), see({ speed: Number.NaN })]).toEqual([10, 10, 10, 5, 5])
    expect(drawn('/s/l/amount')).toBe(0.5)
  })

  it('steps through a row with the beat, gliding where told, before the one as well', () => {
    const { at, drawn } = open({ kind: 'steps', to: '/s/l/amount', ...common, every: 0.5, values: [0, 1, 0.5], glide: 0 }, { kind: 'steps', to: '/s/l/wide', ...common, every: 1, values: [0, 1], glide: 0.5 })
    expect([0, 0.4, 0.5, 1, 1.5, -0.5].map((beat) => { at(beat); return drawn('/s/l/amount') })).toEqual([0, 0, 1, 0.5, 0, 0.5])
    expect([0, 0.5, 0.75, 1].map((beat) => { at(beat); return drawn('/s/l/wide') })).toEqual([-10, -10, 0, 10])
  })

  it('draws by lot, and the same row again after a loop', () => {
    const { at, drawn } = open({ kind: 'random', to: '/s/l/amount', ...common, every: 1, loop: 4, glide: 0 })
    const row = Array.from({ length: 12 }, (_, beat) => { at(beat + 0.5); return drawn('/s/l/amount') })
    expect(new Set(row.slice(0, 4)).size).toBe(4)
    expect([row.slice(4, 8), row.slice(8)]).toEqual([row.slice(0, 4), row.slice(0, 4)])
  })
})
