import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { of } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDesk, openMusic, type Desk, type DeskOptions, type Music } from '../../src/app/desk.js'
import { deskOptions } from '../../src/app/desk-flags.js'
import { planShow, type ShowPlan } from '../../src/app/plan.js'
import { openShow, type Show } from '../../src/app/show.js'
import { encodeMessage } from '../../src/control/osc/encode.js'
import { openShaderLibrary, shaderFolder } from '../../src/effects/library.js'
import { createFaults } from '../../src/engine/guard.js'
import type { Tick } from '../../src/engine/types.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu } from '../../src/gl/types.js'
import { openGenerator } from '../../src/inputs/generators.js'
import { ensureDisplay } from '../../src/native/display.js'
import { openMemory } from '../../src/outputs/memory.js'

const SIZE = [64, 36] as const
let gpu: Gpu
beforeAll(async () => {
  await ensureDisplay({ headless: true })
  gpu = openGpu()
})
afterAll(() => { gpu.close() })

interface Stand { readonly show: Show; readonly desk: Desk; readonly music: Music; readonly messages: string[]; step(n: number): void; brightness(): number }
/** A show of the dancer with its controllers, as `play` wires them. */
const stand = async (plan: ShowPlan, options: Partial<DeskOptions>, visit: (stand: Stand) => Promise<void>): Promise<void> => {
  const faults = createFaults()
  const messages: string[] = []
  faults.fault$.subscribe(({ message }) => messages.push(message))
  const memory = openMemory({ id: 'memory', width: SIZE[0], height: SIZE[1], format: 'rgba' })
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const all: DeskOptions = { ...deskOptions({ osc: 'none', midi: ['none'] }, plan), ...options }
  const music = await openMusic(plan, all, faults)
  const sources = new Map(plan.sources.map((source) => [source.id, openGenerator('dancer', { id: source.id, width: SIZE[0], height: SIZE[1], seed: 1 })]))
  const show = openShow({ plan, gpu, size: SIZE, fps: 50, sources, outputs: [memory], beat: music.show, audio: music.audio.view.bands, shaders: library, faults })
  const desk = await openDesk(plan, show, music, all, faults)
  const step = (n: number) => {
    const tick: Tick = { n, time: n / 50, dt: n === 0 ? 0 : 1 / 50, skipped: 0 }
    music.advance(tick)
    desk.tick(tick)
    show.tick(tick)
  }
  try {
    await visit({ show, desk, music, messages, step, brightness: () => (memory.last()?.data ?? new Uint8Array(0)).reduce<number>((sum, value, i) => sum + (i % 4 === 3 ? 0 : value), 0) })
  } finally {
    await desk.close()
    await music.close()
    show.close()
    library.close()
  }
}

describe('the music', () => {
  it('joins Link when somebody turns to it, once, and leaves what it joined too late', async () => {
    const faults = createFaults()
    const messages: string[] = []
    faults.fault$.subscribe(({ message }) => messages.push(message))
    let joined = 0
    let left = 0
    const join = async () => {
      joined++
      return { available: true, peers: 1, fault$: of({ unit: 'link', message: 'heard', hint: '', count: 1 }), follower: { bpm: 133, beatAt: () => 0, locked: true }, close: () => { left++ } }
    }
    const open = () => openMusic(planShow('generator:dancer', []), { audio: undefined, bpm: 120, source: 'internal', offline: false }, faults, join)
    const tick: Tick = { n: 0, time: 0, dt: 0, skipped: 0 }
    const music = await open()
    music.advance(tick)
    expect(joined).toBe(0)
    music.beat.source = 'link'
    for (let n = 0; n < 3; n++) {
      music.advance(tick)
      await new Promise((next) => { setImmediate(next) })
    }
    expect([joined, music.beat.bpm, music.beat.following, messages]).toEqual([1, 133, true, ['heard']])
    await music.close()
    expect(left).toBe(1)
    const short = await open()
    short.beat.source = 'link'
    short.advance(tick)
    await short.close()
    expect([joined, left]).toEqual([2, 2])
  })
})

describe('the desk', () => {
  it('brings a packet from the network to the picture', async () => {
    const plan = planShow('generator:dancer', [])
    await stand(plan, { osc: { host: '127.0.0.1', port: 0, queryPort: 0, token: undefined } }, async ({ desk, show, step, brightness, messages }) => {
      let n = 0
      for (; n < 4; n++) step(n)
      expect(brightness()).toBeGreaterThan(1000)
      const socket = createSocket('udp4')
      const port = desk.osc?.port ?? 0
      expect(port).toBeGreaterThan(0)
      socket.send(encodeMessage('/master/blackout', [{ type: 'T' }]), port, '127.0.0.1')
      for (; !show.master.blackout && n < 2000; n++) {
        await new Promise((resolve) => setImmediate(resolve))
        step(n)
      }
      expect(show.master.blackout).toBe(true)
      // Read back a tick or two later.
      for (let more = 0; more < 3; more++) step(n++)
      expect(brightness()).toBe(0)
      expect(messages).toEqual([])
      socket.close()
      await once(socket, 'close')
    })
  })

  it('plays keys, modulators and the beat of a set, and leaves what was set alone', async () => {
    const plan = planShow('generator:dancer', ['colour'])
    const modulated: ShowPlan = {
      ...plan,
      control: { ...plan.control, modulators: [
        { kind: 'steps', name: 'steps', to: '/scene/layer/opacity', depth: -1, offset: 0, smoothMs: 0, bypass: false, every: 1, values: [0, 1], glide: 0, polarity: 'unipolar' },
        { kind: 'follow', name: 'follow', to: '/scene/layer/colour/hue', depth: 1, offset: 0, smoothMs: 0, bypass: false, source: 'dancer', subject: 1, what: 'x', range: [0, 1], polarity: 'unipolar' },
      ] as unknown as ShowPlan['control']['modulators'] },
    }
    await stand(modulated, { bpm: 120, offline: true }, async ({ desk, show, step }) => {
      const seen = new Set<number>()
      const hues = new Set<number>()
      const opacity = show.registry.get('/scene/layer/opacity')
      for (let n = 0; n < 200; n++) {
        step(n)
        seen.add(Number(opacity?.drawn))
        hues.add(Number(show.registry.get('/scene/layer/colour/hue')?.drawn))
      }
      expect(Math.min(...seen)).toBeLessThan(Math.max(...seen))
      expect(hues.size).toBeGreaterThan(20)
      expect(opacity?.value).toBe(1)
      desk.playing.key('b')
      step(200)
      expect(show.master.blackout).toBe(true)
      expect(desk.playing.key('q')).toBe('quit')
    })
  })

  it('counts by the set\'s tempo when rendered, the same every time', async () => {
    const beats: number[] = []
    for (let run = 0; run < 2; run++) {
      await stand(planShow('generator:dancer', []), { bpm: 90, offline: true }, async ({ music, step }) => {
        for (let n = 0; n <= 100; n++) step(n)
        beats.push(music.show.now())
      })
    }
    expect(beats[0]).toBeCloseTo(3, 9)
    expect(beats[1]).toBe(beats[0])
  })

  it('opens the network only with a token, and says how', () => {
    const plan = planShow('generator:dancer', [])
    expect(deskOptions({ osc: '0.0.0.0:7000', oscToken: 'a long secret' }, plan).osc).toEqual({ host: '0.0.0.0', port: 7000, queryPort: 7000, token: 'a long secret' })
    for (const flags of [{ osc: '0.0.0.0:7000' }, { osc: '0.0.0.0:7000', oscToken: 'x' }, { osc: 'nonsense' }, { osc: '99999' }]) expect(() => deskOptions(flags, plan)).toThrow(/OSC|--osc/)
    expect(deskOptions({}, plan).osc).toMatchObject({ host: '127.0.0.1', port: 9000 })
    expect(deskOptions({ osc: 'none', audio: 'music.wav', midi: ['nano'] }, plan)).toMatchObject({ osc: undefined, audio: { kind: 'file', path: 'music.wav' }, midi: ['nano'] })
    expect(deskOptions({ audio: 'alsa:hw:0' }, plan).audio).toEqual({ kind: 'device', name: 'alsa:hw:0' })
  })
})
