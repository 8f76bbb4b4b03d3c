import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAudio } from '../../src/control/audio/index.js'
import type { Fault } from '../../src/engine/types.js'
import type { SpawnSound } from '../../src/inputs/sound/sound-link.js'
import { openSound } from '../../src/inputs/sound/sound.js'
import { startMortal, type Mortal } from '../support/mortal.js'
import { device, farthest, file, openOffline, soundFolder, until } from './sound-playing.js'
import { RATE, samplesOf, writeWav } from './sound-signals.js'

const folder = soundFolder()

describe('a device', () => {
  const live = { id: 'sound', now: () => performance.now(), leadSeconds: 0.25 }

  it('is heard as it plays, and when it was heard is known', async () => {
    const sound = await openSound(device('lavfi:sine=frequency=1000:sample_rate=44100,arealtime'), live)
    const audio = createAudio(sound)
    const lags: number[] = []
    await until(sound, () => lags.length > 60, () => {
      audio.update(performance.now())
      if (audio.view.present) lags.push(performance.now() - sound.heardAt)
    })
    const { spectrum, level } = audio.view
    expect(Math.abs(spectrum.indexOf(Math.max(...spectrum)) - 1000 / 46.875)).toBeLessThanOrEqual(0.5)
    expect(level).toBeGreaterThan(0.9)
    expect(lags.sort((a, b) => a - b)[30]).toBeLessThan(60)
    await sound.close()
    expect(sound.present).toBe(false)
  })

  it('that is not there is a Fault and silence, tried again with growing pauses', async () => {
    let now = 0
    const exits: Promise<unknown>[] = []
    const sound = await openSound(device('alsa:hw:CARD=nobody'), {
      ...live,
      now: () => now,
      spawn: (program, start) => {
        const { worker } = startMortal(program, start, start.memory.words, [start.port])
        exits.push(once(worker, 'exit'))
        return worker
      },
    })
    const faults: Fault[] = []
    sound.fault$.subscribe((fault) => faults.push(fault))
    const tick = (ms: number) => {
      now += ms
      sound.advance({ n: 0, time: now / 1000, dt: ms / 1000, skipped: 0 })
    }
    for (const backoff of [100, 200, 400]) {
      await exits.at(-1)
      const lives = exits.length
      tick(backoff - 1)
      expect(exits.length).toBe(lives)
      tick(1)
      expect(exits.length).toBe(lives + 1)
    }
    expect(faults[0]).toMatchObject({ unit: 'sound', message: expect.stringMatching(/the audio input alsa:hw:CARD=nobody does not open \(/) as string, hint: expect.stringMatching(/doppel devices/) as string })
    expect([sound.present, sound.read(new Float32Array(10))]).toEqual([false, 0])
    await sound.close()
  })

  it('that vanishes leaves silence, is opened again, and what was known is kept', async () => {
    const workers: Mortal[] = []
    const spawn: SpawnSound = (program, start) => {
      const mortal = startMortal(program, start, start.memory.words, [start.port])
      workers.push(mortal)
      return mortal.worker
    }
    const sound = await openSound(device('lavfi:sine=frequency=440,arealtime'), { ...live, spawn })
    const states: string[] = []
    const faults: Fault[] = []
    sound.status$.subscribe(({ state }) => states.push(state))
    sound.fault$.subscribe((fault) => faults.push(fault))
    const audio = createAudio(sound)
    const update = () => { audio.update(performance.now()) }
    await until(sound, () => audio.view.level > 0.5, update)
    await workers[0]!.kill()
    update()
    expect([audio.view.present, audio.view.level, Math.max(...audio.view.wave), states.at(-1)]).toEqual([false, 0, 0, 'restarting'])
    expect(faults).toEqual([expect.objectContaining({ message: expect.stringMatching(/the sound worker ended/), hint: expect.stringMatching(/silence/) })])
    await until(sound, () => audio.view.level > 0.5, update)
    expect([workers.length, states.at(-1)]).toEqual([2, 'running'])
    await sound.close()
  })

  it('a file whose worker dies goes on where it is due', async () => {
    const workers: Mortal[] = []
    const samples = samplesOf(3, (_, i) => Math.sin(i * i * 1e-6))
    const { sound, play, statuses, time } = await openOffline(file(writeWav(join(folder, 'mortal.wav'), [samples])), {
      loop: false,
      spawn: (program, start) => {
        const mortal = startMortal(program, start, start.memory.words, [start.port])
        workers.push(mortal)
        return mortal.worker
      },
    })
    expect(farthest(await play(1), samples)).toBeLessThan(1e-6)
    await workers[0]!.kill()
    expect(statuses.at(-1)?.state).toBe('restarting')
    time.ms += 100
    const rest = await play(2)
    expect(farthest(rest.subarray(rest.length - RATE / 2), samples.subarray(1.5 * RATE, 2 * RATE))).toBeLessThan(1e-6)
    expect([workers.length, statuses.at(-1)?.state]).toEqual([2, 'running'])
    await sound.close()
  })

  it('closes at any moment, twice, and its worker ends', async () => {
    for (const from of [device('lavfi:sine,arealtime'), device('lavfi:anullsrc,arealtime'), device('alsa:hw:7')]) {
      const workers: Mortal[] = []
      const sound = await openSound(from, {
        ...live,
        spawn: (program, start) => {
          const mortal = startMortal(program, start, start.memory.words, [start.port])
          workers.push(mortal)
          return mortal.worker
        },
      })
      await Promise.all([sound.close(), sound.close()])
      expect(workers[0]!.worker.threadId).toBe(-1)
    }
  })
})
