import { describe, expect, it } from 'vitest'
import { createSoundMemory, soundReader, soundWriter } from '../../src/engine/sound/ring.js'
import { openSound } from '../../src/inputs/sound/sound.js'
import { spawnSound } from '../../src/inputs/sound/sound-link.js'

const counted = (from: number, count: number) => Float32Array.from({ length: count }, (_, i) => from + i)

describe('the ring of samples', () => {
  it('gives every sample once and in order, in pieces of any size, round and round', () => {
    const memory = createSoundMemory()
    const [writer, reader] = [soundWriter(memory), soundReader(memory)]
    const into = new Float32Array(700)
    let [written, read] = [0, 0]
    for (let round = 0; round < 2000; round++) {
      const count = (round * 37) % 900
      writer.write(counted(written, count), count, 0)
      written += count
      for (let n = reader.read(into, 700); n > 0; n = reader.read(into, 700)) {
        for (let i = 0; i < n; i++) if (into[i] !== read + i) throw new Error(`sample ${read + i} came as ${into[i]}`)
        read += n
      }
    }
    expect([read, reader.skipped, read > 5 * 2 ** 17]).toEqual([written, 0, true])
  })

  it('keeps the newest when nobody reads, and never grows', () => {
    const memory = createSoundMemory()
    const [writer, reader] = [soundWriter(memory), soundReader(memory)]
    const total = 3 * 2 ** 17 + 1000
    for (let at = 0; at < total; at += 1000) writer.write(counted(at, Math.min(1000, total - at)), Math.min(1000, total - at), at)
    const into = new Float32Array(2 ** 18)
    const count = reader.read(into, into.length)
    expect(count).toBe(2 ** 17 * 0.875)
    expect([into[0], into[count - 1], reader.skipped]).toEqual([total - count, total - 1, total - count])
    expect(reader.read(into, into.length)).toBe(0)
  })

  it('stops at what is due, and asks for more', () => {
    const memory = createSoundMemory()
    const [writer, reader] = [soundWriter(memory), soundReader(memory)]
    writer.write(counted(0, 500), 500, 0)
    const into = new Float32Array(500)
    expect([reader.read(into, 500, 120), reader.read(into, 500, 120), reader.read(into, 500, 121)]).toEqual([120, 0, 1])
    reader.want(800)
    expect(writer.missing).toBe(300)
  })

  it('count and time of the newest block belong together', () => {
    const memory = createSoundMemory()
    const [writer, reader] = [soundWriter(memory), soundReader(memory)]
    writer.write(counted(0, 480), 480, 1234.5)
    expect({ ...reader.newest() }).toEqual({ written: 480, heardAt: 1234.5 })
  })
})

describe('a worker that hangs', () => {
  it('is given up after eight seconds without a sign of life, but not for the main thread\'s own absence', async () => {
    let [now, lives] = [0, 0]
    const states: string[] = []
    const sound = await openSound({ kind: 'device', name: 'lavfi:anullsrc,arealtime' }, {
      id: 'sound', now: () => now, leadSeconds: 0,
      // The first writes to memory nobody looks at: to the main thread it is stuck in its driver.
      spawn: (program, start) => spawnSound(program, lives++ === 0 ? { ...start, memory: createSoundMemory() } : start),
    })
    sound.status$.subscribe(({ state }) => states.push(state))
    const tick = (ms: number) => {
      now += ms
      sound.advance({ n: 0, time: now / 1000, dt: ms / 1000, skipped: 0 })
    }
    tick(16)
    tick(3_600_000)
    expect(states).not.toContain('restarting')
    for (let i = 0; i < 60 && !states.includes('restarting'); i++) tick(200)
    expect([states.includes('restarting'), now < 3_600_000 + 10_000]).toEqual([true, true])
    tick(150)
    expect(lives).toBe(2)
    await sound.close()
  })
})
