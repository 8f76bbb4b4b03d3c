import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Fault, Status } from '../../src/engine/types.js'
import { decodeAll } from '../support/decode.js'
import { tempFolder, upTo } from './pictures.js'

interface Event { readonly written?: number; readonly fault?: Fault; readonly status?: Status; readonly closed?: boolean; readonly dropped?: number }
interface Take { readonly pictures: number; readonly pace: 'live' | 'offline'; readonly fps: number; readonly limitBytes?: number; readonly killAfter?: number }

const folder = tempFolder()
const recorder = fileURLToPath(new URL('./recorder.mjs', import.meta.url))
const [WIDTH, HEIGHT] = [320, 180]

/** Records in a process of its own, killed with SIGKILL once it has written a number of pictures, or with little disk to write to. */
const recordApart = async (path: string, { pictures, pace, fps, limitBytes, killAfter }: Take): Promise<readonly Event[]> => {
  const args = [recorder, path, pictures, pace, fps, WIDTH, HEIGHT].map(String)
  // POSIX counts file sizes in blocks of 512 bytes.
  const limit = limitBytes === undefined ? 'unlimited' : String(Math.floor(limitBytes / 512))
  const child = spawn('sh', ['-c', `ulimit -f ${limit} && exec "$0" "$@"`, process.execPath, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const events: Event[] = []
  for await (const line of createInterface(child.stdout)) {
    const event = JSON.parse(line) as Event
    events.push(event)
    if (killAfter !== undefined && event.written === killAfter) child.kill('SIGKILL')
  }
  return events
}

test.each([['.mp4', 20], ['.mp4', 47], ['.mp4', 90], ['.mov', 33], ['.mkv', 33], ['.webm', 33]])('a %s killed after picture %d plays, and at most half a second is missing', async (extension, killAfter) => {
  const path = join(folder, `killed-${killAfter}${extension}`)
  const events = await recordApart(path, { pictures: 10_000, pace: 'live', fps: 30, killAfter })
  const written = events.filter((event) => event.written !== undefined).length
  const { numbers } = decodeAll(path)
  // Half a second of 30, and on a machine too busy to encode at that pace what still waits in the queue.
  const [half, queued] = [15, 8]
  expect(numbers.at(-1)).toBeGreaterThanOrEqual(killAfter - half - queued)
  expect(numbers.at(-1)).toBeLessThan(written)
  expect(numbers).toEqual(upTo(written).filter((number) => numbers.includes(number)))
})

test('a render that is killed leaves what was encoded', async () => {
  const path = join(folder, 'render.mp4')
  await recordApart(path, { pictures: 10_000, pace: 'offline', fps: 30, killAfter: 200 })
  const { numbers } = decodeAll(path)
  // Offline the encoder looks two seconds ahead, which is what makes its files small.
  expect(numbers.length).toBeGreaterThan(100)
  expect(numbers).toEqual(upTo(numbers.length))
})

describe.each(['.mp4', '.mkv'])('%s on a disk that fills up', (extension) => {
  test('one clear fault, the show goes on, and what was written plays', async () => {
    const path = join(folder, `full${extension}`)
    const limitBytes = 512 * 600
    const events = await recordApart(path, { pictures: 400, pace: 'offline', fps: 30, limitBytes })
    const faults = events.flatMap(({ fault }) => fault ?? [])
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ unit: 'record', message: `the recording stopped: cannot write ${path}: File too large`, hint: expect.stringContaining('another disk') as string })
    expect(events.flatMap(({ status }) => status?.state ?? [])).toEqual(['running', 'failed'])
    expect(events.filter(({ written }) => written !== undefined)).toHaveLength(400)
    expect(events.at(-1)).toMatchObject({ closed: true })
    expect(statSync(path).size).toBeLessThanOrEqual(limitBytes)
    const { numbers } = decodeAll(path)
    expect(numbers.length).toBeGreaterThan(10)
    expect(numbers).toEqual(upTo(numbers.length))
  })
})

test('a disk that fills up while the file is being finished: nothing of the take is lost', async () => {
  const whole = join(folder, 'whole.mp4')
  await recordApart(whole, { pictures: 100, pace: 'offline', fps: 30 })
  const path = join(folder, 'no-index.mp4')
  // The index is the last thing written: with a little less room than the whole file, only it does not fit.
  const events = await recordApart(path, { pictures: 100, pace: 'offline', fps: 30, limitBytes: statSync(whole).size - 600 })
  expect(events.flatMap(({ fault }) => fault?.message ?? [])).toEqual([`the recording stopped: cannot finish ${path}: File too large`])
  expect(decodeAll(path).numbers).toEqual(upTo(100))
})
