import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DoppelError } from '../../src/engine/error.js'
import { openRecord, type RecordOptions } from '../../src/outputs/record.js'
import { decodeAll } from '../support/decode.js'
import { recordBars, SIZE, tempFolder } from './pictures.js'

const folder = tempFolder()
const at = (name: string) => join(folder, name)
const problemOf = async (path: string, options: Partial<RecordOptions> = {}): Promise<DoppelError> => {
  const outcome = await openRecord(path, { id: 'record', ...SIZE, fps: 30, realtime: false, ...options }).then(() => undefined, (thrown: unknown) => thrown)
  if (!(outcome instanceof DoppelError)) throw new Error(`expected a DoppelError, not ${String(outcome)}`)
  return outcome
}

test('an extension it cannot record to', async () => {
  expect(await problemOf(at('take.mp3'))).toMatchObject({ message: expect.stringContaining('does not record .mp3') as string, hint: expect.stringContaining('.mp4, .mov, .mkv, .webm') as string })
  expect(await problemOf(at('take'))).toMatchObject({ message: expect.stringContaining('no extension') as string })
})

test('a codec its kind of file cannot hold', async () => {
  expect(await problemOf(at('take.mp4'), { codec: 'prores' })).toMatchObject({ message: expect.stringContaining('.mp4 files cannot hold prores') as string, hint: '.mp4 takes h264, hevc; for prores record to .mov' })
})

test('a missing folder, and a folder that is a file', async () => {
  expect(await problemOf(at('nowhere/take.mp4'))).toMatchObject({ message: `there is no folder ${at('nowhere')} to record into`, hint: `make it first: mkdir -p ${at('nowhere')}` })
  writeFileSync(at('plain'), '')
  expect((await problemOf(at('plain/take.mp4'))).message).toMatch(/is a file, not a folder|there is no folder/)
})

test('a folder named like a file', async () => {
  mkdirSync(at('folder.mp4'))
  expect((await problemOf(at('folder.mp4'))).message).toContain('is a folder, not a file')
})

test.skipIf(process.getuid?.() === 0)('a folder that is not writable', async () => {
  mkdirSync(at('locked'))
  chmodSync(at('locked'), 0o500)
  expect((await problemOf(at('locked/take.mp4'))).message).toContain('not writable')
})

test('odd sides, with the nearest size that works', async () => {
  expect(await problemOf(at('odd.mp4'), { width: 853, height: 481 })).toMatchObject({ message: 'recordings need an even width and height, not 853x481', hint: 'make the canvas 854x482' })
  expect(existsSync(at('odd.mp4'))).toBe(false)
})

test('a take that exists is never replaced unasked', async () => {
  const path = at('precious.mp4')
  writeFileSync(path, 'precious')
  expect(await problemOf(path)).toMatchObject({ message: `${path} exists already` })
  expect(readFileSync(path, 'utf8')).toBe('precious')
  await recordBars(path, 5, { overwrite: true })
  expect(decodeAll(path).frames).toBe(5)
})

test('two recordings to one file: the second is refused', async () => {
  const path = at('twice.mp4')
  const first = await openRecord(path, { id: 'first', ...SIZE, fps: 30, realtime: false })
  expect((await problemOf(path)).message).toContain('exists already')
  await first.close()
})

test('a name that looks like a protocol is a name', async () => {
  await recordBars(at('take:1.mp4'), 3)
  expect(statSync(at('take:1.mp4')).size).toBeGreaterThan(500)
})

test.skipIf(!existsSync('/dev/full'))('a disk that is full from the start: told before the show', async () => {
  symlinkSync('/dev/full', at('full.mkv'))
  expect(await problemOf(at('full.mkv'), { overwrite: true })).toMatchObject({ message: expect.stringContaining('No space left on device') as string, hint: expect.stringContaining('free some space') as string })
})

test('sound that cannot be read: told before the show, and no empty file stays behind', async () => {
  const problem = await problemOf(at('mute.mp4'), { audio: { path: at('nothing.mp4'), start: 0, loop: undefined } })
  expect(problem.message).toContain('cannot open the sound of')
  expect(existsSync(at('mute.mp4'))).toBe(false)
})
