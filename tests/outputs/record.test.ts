import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { startMortal, type Mortal } from '../support/mortal.js'
import { Demuxer } from 'node-av'
import { AVCOL_PRI_BT709, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709, AVCOL_TRC_BT709, AV_CODEC_ID_FFV1, AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_PRORES, AV_CODEC_ID_VP9 } from 'node-av/constants'
import { firstValueFrom } from 'rxjs'
import { describe, expect, test } from 'vitest'
import type { Fault, Status } from '../../src/engine/types.js'
import { CONTAINERS } from '../../src/outputs/containers.js'
import { openRecord } from '../../src/outputs/record.js'
import { decodeAll } from '../support/decode.js'
import { picture, recordBars, SIZE, tempFolder, upTo } from './pictures.js'

const folder = tempFolder()
const CODEC_IDS = { h264: AV_CODEC_ID_H264, hevc: AV_CODEC_ID_HEVC, prores: AV_CODEC_ID_PRORES, vp9: AV_CODEC_ID_VP9, ffv1: AV_CODEC_ID_FFV1 }
const kinds = Object.entries(CONTAINERS).flatMap(([extension, { codecs }]) => codecs.map((codec) => ({ extension, codec })))

describe.each(kinds)('$codec in $extension', ({ extension, codec }) => {
  test('N pictures in are N frames out, in order, at their times, tagged BT.709', async () => {
    const path = join(folder, `${codec}${extension}`)
    const output = await recordBars(path, 40, { codec })
    expect(output.dropped).toBe(0)
    // 10 bit pictures (ProRes) have no bars that decodeAll could read; their count and times are checked all the same.
    const { frames, numbers, times, fps } = decodeAll(path)
    expect(frames).toBe(40)
    if (codec !== 'prores') expect(numbers).toEqual(upTo(40))
    expect(fps).toBe(30)
    times.forEach((time, n) => expect(time).toBeCloseTo(n / 30, 2))
    const demuxer = Demuxer.openSync(path)
    const parameters = demuxer.video()?.codecpar
    expect(parameters?.codecId).toBe(CODEC_IDS[codec])
    expect(parameters).toMatchObject({ colorSpace: AVCOL_SPC_BT709, colorRange: AVCOL_RANGE_MPEG, colorPrimaries: AVCOL_PRI_BT709, colorTrc: AVCOL_TRC_BT709, ...SIZE })
    demuxer.closeSync()
  })
})

test('every byte of a picture arrives', async () => {
  const path = join(folder, 'exact.mkv')
  // 322 is no multiple of an encoder's row alignment: rows are then copied one by one.
  const size = { width: 322, height: 182 }
  await recordBars(path, 3, { codec: 'ffv1', ...size })
  const demuxer = Demuxer.openSync(path)
  const { Decoder } = await import('node-av')
  const stream = demuxer.video()
  if (!stream) throw new Error('no video')
  const decoder = Decoder.createSync(stream)
  let n = 0
  for (const frame of decoder.framesSync(demuxer.packetsSync(stream.index))) {
    if (frame) expect(frame.toBuffer().equals(Buffer.from(picture(n++, size).data))).toBe(true)
  }
  expect(n).toBe(3)
  decoder.close()
  demuxer.closeSync()
})

test('the same pictures give the same file', async () => {
  const paths = ['one.mp4', 'two.mp4'].map((name) => join(folder, name))
  for (const path of paths) await recordBars(path, 60)
  const [one, two] = paths.map((path) => readFileSync(path))
  expect(one?.length).toBeGreaterThan(1000)
  expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true)
})

test('29.97 frames per second are 30000/1001, and the first tick is time 0', async () => {
  const path = join(folder, 'ntsc.mp4')
  await recordBars(path, 30, { fps: 29.97 }, 1000)
  const { fps, times, numbers } = decodeAll(path)
  expect(fps).toBeCloseTo(30000 / 1001, 6)
  expect(numbers).toEqual(upTo(30))
  times.forEach((time, n) => expect(time).toBeCloseTo((n * 1001) / 30000, 6))
})

test('live, pictures that find no room are dropped and counted, and the others keep their time', async () => {
  const path = join(folder, 'live.mp4')
  const size = { width: 1280, height: 720 }
  const output = await openRecord(path, { id: 'live', ...size, fps: 60, realtime: true })
  const faults: Fault[] = []
  output.fault$.subscribe((fault) => faults.push(fault))
  const view = picture(0, size)
  // All at once: far faster than any encoder here.
  for (let tick = 0; tick < 200; tick++) output.write({ ...view, tick })
  await output.ready()
  output.write(picture(300, size))
  await output.close()
  const { frames, times, numbers } = decodeAll(path)
  expect(output.dropped).toBeGreaterThan(0)
  expect(frames).toBe(201 - output.dropped)
  expect(numbers.at(-1)).toBe(300)
  expect(times.at(-1)).toBeCloseTo(300 / 60, 3)
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatchObject({ unit: 'live', message: expect.stringContaining('too slow') as string })
})

test('a tick that does not follow the last one is dropped', async () => {
  const path = join(folder, 'again.mp4')
  const output = await openRecord(path, { id: 'again', ...SIZE, fps: 30, realtime: false })
  for (const tick of [4, 5, 5, 3, 6]) {
    await output.ready()
    output.write(picture(tick))
  }
  await output.close()
  expect(output.dropped).toBe(2)
  expect(decodeAll(path).numbers).toEqual([4, 5, 6])
})

test('says which encoder records, live and offline', async () => {
  for (const realtime of [true, false]) {
    const output = await openRecord(join(folder, `status-${realtime}.mp4`), { id: 'rec', ...SIZE, fps: 60, realtime })
    const status = await firstValueFrom(output.status$)
    expect(status).toMatchObject({ unit: 'rec', state: 'running' })
    expect(status.detail).toMatch(realtime ? /320x180 at 60 fps with \w+/ : /with libx264$/)
    output.write(picture(0))
    await output.close()
  }
})

test('a worker that dies is one fault; nobody waits for it, and the show goes on', async () => {
  const path = join(folder, 'dead.mp4')
  let mortal: Mortal | undefined
  const output = await openRecord(path, {
    id: 'dead', ...SIZE, fps: 30, realtime: false,
    startWorker: (entry, job) => (mortal = startMortal(entry, job, job.queue.state)).worker,
  })
  const faults: Fault[] = []
  const states: Status['state'][] = []
  output.fault$.subscribe((fault) => faults.push(fault))
  output.status$.subscribe(({ state }) => states.push(state))
  for (let n = 0; n < 100; n++) {
    if (n === 50) await mortal?.kill()
    await output.ready()
    output.write(picture(n))
  }
  await output.close()
  expect(states).toEqual(['running', 'failed'])
  expect(faults).toHaveLength(1)
  expect(faults[0]?.message).toContain('ended unexpectedly')
  expect(output.dropped).toBeGreaterThanOrEqual(49)
  expect(statSync(path).size).toBeGreaterThan(0)
})
