import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, open, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { DoppelError } from '../../src/engine/error.js'
import { openClip } from '../../src/inputs/clip.js'
import { probeClip } from '../../src/inputs/probe.js'
import { makeClip } from '../support/clips.js'
import { clipFolder, close, openForTest, range } from './playing.js'

const dir = clipFolder()
const at = (name: string) => join(dir, name)
let good: string

beforeAll(async () => { good = await makeClip(dir, { name: 'good.mp4', frames: 120, muxer: { movflags: '+faststart' } }) })

const wav = (seconds: number): Buffer => {
  const samples = Buffer.alloc(8000 * seconds)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  ;[16, 0x00010001, 8000, 8000, 0x00080001].forEach((value, i) => head.writeUInt32LE(value, 16 + 4 * i))
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}

const chunk = (kind: string, data: Buffer): Buffer => {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(kind, 4)
  data.copy(out, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

/** A whole and valid picture of one bit a pixel. */
const hugePng = (side: number): Buffer => {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head[8] = 1
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))))), chunk('IEND', Buffer.alloc(0)),
  ])
}

const cut = async (name: string, share: number): Promise<string> => {
  await copyFile(good, at(name))
  await truncate(at(name), Math.floor((await stat(good)).size * share))
  return at(name)
}

const BAD: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
  ['missing', () => Promise.resolve(at('nowhere.mp4')), /there is no file .*nowhere\.mp4/],
  ['below a file', () => Promise.resolve(join(good, 'x.mp4')), /there is no file/],
  ['a folder without pictures', async () => { await mkdir(at('bare'), { recursive: true }); return at('bare') }, /is a folder without numbered pictures/],
  ['a pattern that matches nothing', () => Promise.resolve(at('%05d.png')), /no picture matches/],
  ['empty', async () => { await writeFile(at('empty.mp4'), ''); return at('empty.mp4') }, /is empty/],
  ['a playlist that names another file', async () => { await writeFile(at('list.mp4'), `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://${good}\n#EXT-X-ENDLIST\n`); return at('list.mp4') }, /is a playlist and not a clip/],
  ['a list of files to join', async () => { await writeFile(at('join.ffconcat'), `ffconcat version 1.0\nfile '${good}'\n`); return at('join.ffconcat') }, /is a playlist and not a clip/],
  ['text', async () => { await writeFile(at('notes.txt'), 'These are notes.\n'.repeat(200)); return at('notes.txt') }, /is not a clip or picture|holds no picture/],
  ['text named as a clip', async () => { await writeFile(at('notes.mp4'), 'These are notes.\n'.repeat(200)); return at('notes.mp4') }, /is not a clip or picture/],
  ['text named as a picture', async () => { await writeFile(at('notes.png'), 'These are notes.\n'.repeat(200)); return at('notes.png') }, /cannot be read as a \.png picture/],
  ['noise', async () => { await writeFile(at('noise.bin'), Buffer.from(range(0, 50_000).map((n) => Math.imul(n, 2654435761) >>> 24))); return at('noise.bin') }, /is not a clip or picture|holds no picture|no picture of/],
  ['sound only', async () => { await writeFile(at('sound.wav'), wav(2)); return at('sound.wav') }, /has sound but no picture/],
  ['encrypted', () => makeClip(dir, {
    name: 'locked.mp4', frames: 30,
    muxer: { encryption_scheme: 'cenc-aes-ctr', encryption_key: '00112233445566778899aabbccddeeff', encryption_kid: 'ffeeddccbbaa99887766554433221100' },
  }), /is encrypted/],
  ['cut off before its index', async () => {
    const late = await makeClip(dir, { name: 'late.mp4', frames: 120 })
    await truncate(late, Math.floor((await stat(late)).size / 2))
    return late
  }, /is cut off: the index at the end of the file is missing/],
  ['cut off before its first picture', async () => cut('stump.mp4', ((await readFile(good)).indexOf('mdat') + 100) / (await stat(good)).size), /can be decoded|is cut off|holds no picture/],
  ['20000 x 20000', async () => { await writeFile(at('huge.png'), hugePng(20_000)); return at('huge.png') }, /20000 x 20000 pixels, which is too large: at most 16384 a side/],
  ['too many pixels', async () => { await writeFile(at('many.png'), hugePng(9000)); return at('many.png') }, /9000 x 9000 pixels, which is too large/],
  ['too wide a clip', () => makeClip(dir, { name: 'wide.mkv', frames: 1, width: 17_000, height: 16, codec: 'ffv1' }), /17000 x 16 pixels, which is too large/],
  ['a socket', async () => { execFileSync('mkfifo', [at('pipe')]); return at('pipe') }, /is not a file/],
  ['a link to nowhere', async () => { await symlink(at('gone'), at('link.mp4')); return at('link.mp4') }, /there is no file/],
]

describe('what cannot be shown is refused with a sentence of its own', () => {
  it.each(BAD)('%s', async (_, make, expected) => {
    const path = await make()
    for (const refuse of [() => openClip(path, { id: 'bad', hw: 'auto', leadSeconds: 0, now: () => performance.now() }), () => probeClip(path)]) {
      const thrown: unknown = await refuse().then((opened) => `opened ${JSON.stringify(opened)}`, (reason: unknown) => reason)
      expect(thrown).toBeInstanceOf(DoppelError)
      const { message, hint } = thrown as DoppelError
      expect(message).toMatch(expected)
      expect(message).toContain(path)
      expect(hint).not.toBe('')
    }
  })
})

describe('what can be shown in part is', () => {
  it('plays what is there of a clip that was cut off', async () => {
    const opened = await openForTest(await cut('half.mp4', 0.6))
    const { duration } = opened.clip.info
    expect(duration).toBeGreaterThan(0.5)
    expect(duration).toBeLessThan(1.5)
    const frames = Math.round(duration * 60)
    const shown = await opened.play(2 * frames)
    // The last picture or two may be half there.
    expect(shown.slice(0, frames - 3)).toEqual(range(0, frames - 3))
    expect(shown.slice(frames, 2 * frames - 3)).toEqual(range(0, frames - 3))
    await close(opened)
  })

  it('plays on over damage in the middle, and says so', async () => {
    const bytes = await readFile(good)
    const middle = Math.floor(bytes.length * 0.55)
    bytes.fill(0xff, middle, middle + 600)
    await writeFile(at('damaged.mp4'), bytes)
    const opened = await openForTest(at('damaged.mp4'))
    const shown = await opened.play(130)
    expect(shown.slice(0, 50)).toEqual(range(0, 50))
    expect(shown.slice(120)).toEqual(range(0, 10))
    expect(opened.faults.map(({ message }) => message)).toEqual([expect.stringMatching(/is damaged in places/)])
    expect(opened.statuses.at(-1)?.state).toBe('running')
    await close(opened)
  })

  it('holds the last picture of a file that is cut short while it plays, and says so', async () => {
    const path = at('shrinking.mp4')
    await makeClip(dir, { name: 'shrinking.mp4', frames: 600, muxer: { movflags: '+faststart' } })
    const opened = await openForTest(path)
    expect(await opened.play(60)).toEqual(range(0, 60))
    await truncate(path, Math.floor((await stat(path)).size * 0.5))
    const shown = await opened.play(530)
    const last = shown.at(-1)!
    expect(last).toBeLessThan(590)
    expect(shown.filter((frame) => frame === last).length).toBeGreaterThan(30)
    expect(opened.faults.map(({ message }) => message)).toContainEqual(expect.stringMatching(/ends before it should|is damaged in places/))
    await close(opened)
  })

  it('plays on when the file is deleted', async () => {
    await copyFile(good, at('doomed.mp4'))
    const opened = await openForTest(at('doomed.mp4'))
    expect(await opened.play(10)).toEqual(range(0, 10))
    await rm(at('doomed.mp4'))
    expect(await opened.play(230)).toEqual([...range(10, 120), ...range(0, 120)])
    await close(opened)
  })

  it('reads a file that is still growing as far as it goes', async () => {
    const whole = await readFile(await makeClip(dir, { name: 'growing.mkv', frames: 120 }))
    const path = at('growing.mkv')
    await writeFile(path, whole.subarray(0, whole.length >> 1))
    const opened = await openForTest(path)
    expect((await opened.play(20))).toEqual(range(0, 20))
    const file = await open(path, 'a')
    await file.write(whole.subarray(whole.length >> 1))
    await file.close()
    expect((await opened.play(5))).toEqual(range(20, 25))
    await close(opened)
  })
})
