import { readdirSync, existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { createControl } from '../../src/inputs/clip-control.js'
import { spawnWorker, type Spawn } from '../../src/inputs/clip-link.js'
import { openClip } from '../../src/inputs/clip.js'
import type { Frame } from '../../src/engine/types.js'
import { makeClip, readFrameNumber } from '../support/clips.js'
import { startMortal, type Mortal } from '../support/mortal.js'
import { clipFolder, close, openForTest, range } from './playing.js'

const dir = clipFolder()
let path: string
beforeAll(async () => { path = await makeClip(dir, { frames: 120 }) })

/** Workers as the clip starts them, kept so that a test can kill them. */
const remembered = (): { workers: Mortal[]; spawn: Spawn } => {
  const workers: Mortal[] = []
  return {
    workers,
    spawn(program, start) {
      const mortal = startMortal(program, start, start.control.words, [start.port])
      workers.push(mortal)
      return mortal.worker
    },
  }
}

describe('a worker that dies', () => {
  it('is started again at the same playhead, and the last picture is held meanwhile', async () => {
    const { workers, spawn } = remembered()
    let now = 0
    const opened = await openForTest(path, { spawn, now: () => now })
    const { clip } = opened
    expect(await opened.play(30)).toEqual(range(0, 30))
    const held = clip.latest() as Frame
    await workers[0]!.kill()
    expect(opened.statuses.at(-1)?.state).toBe('restarting')
    expect(opened.faults.at(-1)).toMatchObject({ unit: 'clip', message: expect.stringMatching(/the decoder ended/) as string, hint: expect.stringMatching(/held/) as string })
    // Ten ticks before the backoff is over: the same picture, the same pixels.
    let n = 30
    const tick = () => { clip.advance({ n, time: n++ / 60, dt: 1 / 60, skipped: 0 }) }
    for (let i = 0; i < 10; i++) {
      tick()
      expect(clip.latest()).toBe(held)
      expect(readFrameNumber(held)).toBe(29)
    }
    expect(workers.length).toBe(1)
    now += 150
    tick()
    expect(workers.length).toBe(2)
    await clip.settle()
    expect(readFrameNumber(clip.latest() as Frame)).toBe(40)
    expect((clip.latest() as Frame).seq).toBe(held.seq + 1)
    expect(opened.statuses.at(-1)?.state).toBe('running')
    await close(opened)
  })

  it('costs an offline render nothing but time: the next exact picture comes from its successor', async () => {
    const { workers, spawn } = remembered()
    const opened = await openForTest(path, { spawn })
    expect(await opened.play(10)).toEqual(range(0, 10))
    for (const round of [1, 2, 3]) {
      await workers.at(-1)!.kill()
      expect(await opened.play(10)).toEqual(range(10 * round, 10 * round + 10))
    }
    expect(workers.length).toBe(4)
    await close(opened)
  })

  it('waits longer each time', async () => {
    const { workers, spawn } = remembered()
    let now = 0
    const opened = await openForTest(path, { spawn, now: () => now })
    const waits: number[] = []
    for (let n = 1; n <= 8; n++) {
      const died = now
      await workers.at(-1)!.kill()
      while (workers.length <= n) {
        now += 50
        opened.clip.advance({ n, time: 0, dt: 0, skipped: 0 })
      }
      waits.push(now - died)
    }
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
    await close(opened)
  })

  it('ends an exact wait with a sentence when the clip is gone too', async () => {
    const doomed = await makeClip(dir, { name: 'doomed.mp4', frames: 30 })
    const { workers, spawn } = remembered()
    const opened = await openForTest(doomed, { spawn })
    expect(await opened.play(3)).toEqual([0, 1, 2])
    await rm(doomed)
    await workers[0]!.kill()
    await expect(opened.clip.settle()).rejects.toThrow(/doomed\.mp4 cannot be decoded any more/)
    expect(readFrameNumber(opened.clip.latest() as Frame)).toBe(2)
    await close(opened)
  })
})

describe('a worker that hangs', () => {
  it('is given up after a while of silence, but not for the main thread\'s own absence', async () => {
    let lives = 0
    let now = 0
    const { clip } = await openForTest(path, {
      now: () => now,
      // The first opens the clip and then never hears a request: to the main thread a worker stuck in its decoder.
      spawn: (program, start) => spawnWorker(program, lives++ === 0 ? { ...start, control: createControl() } : start),
    })
    const states: string[] = []
    clip.status$.subscribe(({ state }) => states.push(state))
    let n = 0
    const tick = (ms: number) => {
      now += ms
      clip.advance({ n, time: n / 60, dt: n++ === 0 ? 0 : 1 / 60, skipped: 0 })
    }
    for (let i = 0; i < 10; i++) tick(16)
    // The machine slept for an hour.
    tick(3_600_000)
    expect(states).not.toContain('restarting')
    for (let i = 0; i < 60 && !states.includes('restarting'); i++) tick(200)
    expect(states).toContain('restarting')
    for (let i = 0; i < 2; i++) tick(100)
    expect(lives).toBe(2)
    await clip.settle()
    expect(clip.latest()).toBeDefined()
    await clip.close()
  })
})

describe('closing', () => {
  it('ends the worker, completes the status and can be done twice, at any moment', async () => {
    const { workers, spawn } = remembered()
    const opened = await openForTest(path, { spawn })
    let completed = false
    opened.clip.status$.subscribe({ complete: () => { completed = true } })
    opened.clip.advance({ n: 0, time: 0, dt: 0, skipped: 0 })
    const waiting = opened.clip.settle()
    await Promise.all([opened.clip.close(), opened.clip.close(), waiting])
    expect([completed, workers[0]!.worker.threadId, opened.statuses.at(-1)?.state]).toEqual([true, -1, 'closed'])
    opened.clip.advance({ n: 1, time: 0, dt: 0, skipped: 0 })
  })

  it.skipIf(!existsSync('/proc/self/fd'))('fifty times leaves no file open and no memory behind', async () => {
    const round = async () => {
      const clip = await openClip(path, { id: 'clip', hw: 'auto', leadSeconds: 0, now: () => performance.now() })
      // Half a second before the end, so that the second decoder is at work too.
      clip.controls.seek(1.5)
      for (let n = 0; n < 40; n++) {
        clip.advance({ n, time: n / 60, dt: 1 / 60, skipped: 0 })
        await clip.settle()
      }
      await clip.close()
    }
    const count = () => readdirSync('/proc/self/fd').length
    for (let n = 0; n < 10; n++) await round()
    const files = count()
    const memory = process.memoryUsage().rss
    for (let n = 0; n < 50; n++) await round()
    expect(count()).toBeLessThanOrEqual(files)
    expect((process.memoryUsage().rss - memory) / 2 ** 20).toBeLessThan(30)
  })
})
