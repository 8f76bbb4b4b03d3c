import { createSocket } from 'node:dgram'
import { setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { openDesk, openMusic } from '../src/app/desk.js'
import { deskOptions } from '../src/app/desk-flags.js'
import { planShow } from '../src/app/plan.js'
import { openShow } from '../src/app/show.js'
import { encodeMessage } from '../src/control/osc/encode.js'
import { openShaderLibrary, shaderFolder } from '../src/effects/library.js'
import { createClock } from '../src/engine/clock.js'
import { createFaults } from '../src/engine/guard.js'
import { openGpu } from '../src/gl/context.js'
import { openGenerator } from '../src/inputs/generators.js'
import { openMemory } from '../src/outputs/memory.js'
import type { Bench } from './bench.js'
import { median, medianRatio, quantile, takeTurns } from './measure.js'

const FPS = 60
const PERIOD_MS = 1000 / FPS
const SIZE = [320, 180] as const
const PER_SECOND = 10_000

/** Sends so many messages a second in a thread of its own, evenly, until it is ended: faders, and a thousandth triggers. */
const FLOOD = `
const { workerData, parentPort } = require('node:worker_threads')
const socket = require('node:dgram').createSocket('udp4')
const { port, fader, trigger, perSecond } = workerData
let sent = 0, fired = 0
const began = performance.now()
const timer = setInterval(() => {
  const due = (performance.now() - began) / 1000 * perSecond
  for (; sent < due; sent++) {
    if (sent % 1000 === 0) { fired++; socket.send(trigger, port, '127.0.0.1') } else socket.send(fader, port, '127.0.0.1')
  }
}, 1)
parentPort.on('message', () => { clearInterval(timer); socket.close(() => { parentPort.postMessage(fired); parentPort.close() }) })
`

/** From a packet on the network to the picture it changed, and what a flood of them costs the tick. */
export const control: Bench = {
  name: 'control',
  about: 'a UDP packet to the picture it changes, at 60 ticks a second; the tick under 10,000 OSC messages a second',
  async run({ quick, say }) {
    const gpu = openGpu()
    const faults = createFaults()
    const plan = planShow('generator:dancer', ['colour'])
    const options = { ...deskOptions({ midi: ['none'] }, plan), osc: { host: '127.0.0.1', port: 0, queryPort: 0, token: undefined } }
    const music = await openMusic(plan, options, faults)
    const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
    const source = openGenerator('dancer', { id: 'dancer', width: SIZE[0], height: SIZE[1], seed: 1 })
    const memory = openMemory({ id: 'memory', width: SIZE[0], height: SIZE[1], format: 'rgba' })
    const show = openShow({ plan, gpu, size: SIZE, fps: FPS, sources: new Map([['dancer', source]]), outputs: [memory], beat: music.show, audio: music.audio.view.bands, shaders: library, faults })
    const desk = await openDesk(plan, show, music, options, faults)
    const port = desk.osc?.port ?? 0
    const param = (address: string) => {
      const found = show.registry.get(address)
      if (!found) throw new Error(`there is no ${address}`)
      return found
    }
    const reset = param('/scene/layer/colour/reset')

    /** Ticks on the clock; `each` is told when one is finished, and how long it took. */
    const ticks = (count: number, each: (n: number, ms: number) => void) => new Promise<void>((resolve) => {
      const clock = createClock(FPS).subscribe((tick) => {
        const began = performance.now()
        music.advance(tick)
        desk.tick(tick)
        show.tick(tick)
        gpu.gl.finish()
        each(tick.n, performance.now() - began)
        if (tick.n < count) return
        clock.unsubscribe()
        resolve()
      })
    })

    const socket = createSocket('udp4')
    try {
      say('packet to picture')
      const delays: number[] = []
      const opacity = param('/master/opacity')
      let sentAt = Number.NaN
      let wanted = 1
      await ticks(quick ? 120 : 600, () => {
        if (!Number.isNaN(sentAt)) {
          if (Math.abs(Number(opacity.value) - wanted) > 1e-3) return
          delays.push(performance.now() - sentAt)
        }
        sentAt = Number.NaN
        wanted = wanted === 1 ? 0.5 : 1
        const packet = encodeMessage('/master/opacity', [{ type: 'f', value: wanted }])
        // Anywhere within the period to come, as hands do.
        setTimeout(() => {
          sentAt = performance.now()
          socket.send(packet, port, '127.0.0.1')
        }, Math.random() * PERIOD_MS)
      })

      const run = async (flooded: boolean): Promise<{ readonly p95: number; readonly lost: number }> => {
        const before = Number(reset.value)
        const flood = flooded ? new Worker(FLOOD, { eval: true, workerData: { port, perSecond: PER_SECOND, fader: encodeMessage('/scene/layer/opacity', [{ type: 'f', value: 0.9 }]), trigger: encodeMessage('/scene/layer/colour/reset') } }) : undefined
        const spent: number[] = []
        await ticks(quick ? 120 : 600, (n, ms) => { if (n > 30) spent.push(ms) })
        if (!flood) return { p95: quantile(spent, 0.95), lost: 0 }
        const fired = await new Promise<number>((resolve) => {
          flood.once('message', resolve)
          flood.postMessage('end')
        })
        // What is still in the socket.
        for (let i = 0; i < 50; i++) await turn()
        desk.tick({ n: 0, time: 0, dt: 0, skipped: 0 })
        return { p95: quantile(spent, 0.95), lost: fired - (Number(reset.value) - before) }
      }
      say('the tick, quiet and flooded')
      const [quiet = [], flooded = []] = await takeTurns(quick ? 1 : 3, () => run(false), () => run(true))
      const p95 = (runs: readonly { readonly p95: number }[]) => runs.map((each) => each.p95)
      return [
        { metric: 'packet to finished picture, p50', value: median(delays), unit: 'ms' },
        { metric: 'packet to finished picture, p95', value: quantile(delays, 0.95), unit: 'ms', target: { op: '<=', value: PERIOD_MS + 2 } },
        { metric: 'tick p95, 10,000 messages a second / none', value: medianRatio(p95(flooded), p95(quiet)), unit: 'x', target: { op: '<=', value: 1.1 } },
        { metric: 'tick p95, quiet', value: median(p95(quiet)), unit: 'ms' },
        { metric: 'triggers lost', value: Math.max(...flooded.map(({ lost }) => lost)), unit: '', target: { op: '==', value: 0 } },
      ]
    } finally {
      socket.close()
      await desk.close()
      await music.close()
      show.close()
      library.close()
      gpu.close()
    }
  },
}
