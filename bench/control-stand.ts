import { openDesk, openMusic, type Desk } from '../src/app/desk.js'
import { deskOptions } from '../src/app/desk-flags.js'
import { planShow } from '../src/app/plan.js'
import { openShow } from '../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../src/effects/library.js'
import { createClock } from '../src/engine/clock.js'
import { createFaults } from '../src/engine/guard.js'
import type { Param } from '../src/engine/registry.js'
import type { Gpu } from '../src/gl/types.js'
import { openGenerator } from '../src/inputs/generators.js'
import { openMemory } from '../src/outputs/memory.js'
import type { Size } from './bench.js'
import { FADER, TRIGGER } from './control-sender.js'

export const FPS = 60
export const PERIOD_MS = 1000 / FPS

/** A show of a generator with its desk: as `play` wires it, on the clock, with its pictures read back. */
export interface Stand {
  readonly desk: Desk
  /** Of the registry. Throws where there is none. */
  param(address: string): Param
  /** Ticks so many times on the clock; `each` is told when a tick is finished, how long it took, and how much of that its desk did. */
  ticks(count: number, each: (n: number, ms: number, deskMs: number) => void | Promise<void>): Promise<void>
  /** How bright the picture drawn last is, read back now: the mean of its colours, 0..255. */
  brightness(): Promise<number>
  /** Plays what has arrived and not been played. */
  drain(): void
  close(): Promise<void>
}

export interface StandOptions {
  readonly generator: 'dancer' | 'testcard'
  readonly size: Size
  /** Name of the MIDI device that is heard; undefined hears none. */
  readonly midi: string | undefined
}

export const openStand = async (gpu: Gpu, { generator, size: [width, height], midi }: StandOptions): Promise<Stand> => {
  const faults = createFaults()
  faults.fault$.subscribe(({ unit, message }) => { process.stderr.write(`! ${unit}: ${message}\n`) })
  const planned = planShow(`generator:${generator}`, ['colour'])
  const device = 'midi/*/1'
  const plan = { ...planned, control: { ...planned.control, bindings: [{ from: `${device}/cc/${FADER.midi[1]}`, to: FADER.osc }, { from: `${device}/note/${TRIGGER.midi[1]}`, to: TRIGGER.osc }] } }
  const options = { ...deskOptions({ midi: [midi ?? 'none'] }, plan), osc: { host: '127.0.0.1', port: 0, queryPort: 0, token: undefined } }
  const music = await openMusic(plan, options, faults)
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const source = openGenerator(generator, { id: generator, width, height, seed: 1 })
  const memory = openMemory({ id: 'memory', width, height, format: 'rgba' })
  const show = openShow({ plan, gpu, size: [width, height], fps: FPS, sources: new Map([[generator, source]]), outputs: [memory], beat: music.show, audio: music.audio.view.bands, shaders: library, faults })
  const desk = await openDesk(plan, show, music, options, faults)
  return {
    desk,
    param(address) {
      const found = show.registry.get(address)
      if (!found) throw new Error(`there is no ${address}`)
      return found
    },
    ticks: (count, each) => new Promise((resolve, reject) => {
      const clock = createClock(FPS).subscribe((tick) => {
        const began = performance.now()
        music.advance(tick)
        desk.tick(tick)
        const deskMs = performance.now() - began
        show.tick(tick)
        gpu.gl.finish()
        Promise.resolve(each(tick.n, performance.now() - began, deskMs)).catch(reject)
        if (tick.n < count) return
        clock.unsubscribe()
        resolve()
      })
    }),
    async brightness() {
      await show.flush()
      const { data } = memory.last() ?? { data: new Uint8Array(0) }
      let [sum, count] = [0, 0]
      // Every seventh pixel is enough to see a fader move.
      for (let i = 0; i < data.length; i += 28) {
        sum += (data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0)
        count += 3
      }
      return sum / count
    },
    drain() { desk.tick({ n: 0, time: 0, dt: 0, skipped: 0 }) },
    async close() {
      await desk.close()
      await music.close()
      show.close()
      library.close()
    },
  }
}
