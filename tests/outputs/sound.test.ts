import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Demuxer } from 'node-av'
import { describe, expect, test } from 'vitest'
import type { Stereo } from '../../src/outputs/clip-sound.js'
import { openKeptSound } from '../../src/outputs/kept-sound.js'
import type { AudioFrom } from '../../src/outputs/record-job.js'
import { decodeAll } from '../support/decode.js'
import { makeClip } from '../support/clips.js'
import { recordBars, tempFolder } from './pictures.js'

const folder = tempFolder()

/** A WAV file of 32 bit floats, one array per channel. */
const writeWav = (name: string, sampleRate: number, channels: readonly Float32Array[]): string => {
  const [count, length] = [channels.length, channels[0]?.length ?? 0]
  const wav = Buffer.alloc(44 + 4 * count * length)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(3, 20)
  wav.writeUInt16LE(count, 22)
  wav.writeUInt32LE(sampleRate, 24)
  wav.writeUInt32LE(sampleRate * 4 * count, 28)
  wav.writeUInt16LE(4 * count, 32)
  wav.writeUInt16LE(32, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(wav.length - 44, 40)
  for (let i = 0; i < length; i++) channels.forEach((channel, c) => wav.writeFloatLE(channel[i] ?? 0, 44 + 4 * (i * count + c)))
  const path = join(folder, name)
  writeFileSync(path, wav)
  return path
}

const samples = (count: number, value: (i: number) => number): Float32Array => Float32Array.from({ length: count }, (_, i) => value(i))
/** No two places sound alike, so a shift of one sample shows. */
const noise = (count: number, seed: number): Float32Array => {
  let state = seed
  return samples(count, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state / 2 ** 32 - 0.5) * 0.8
  })
}
/** A tone that rises: smooth enough for an encoder, different everywhere. */
const chirp = (count: number, rate: number): Float32Array => samples(count, (i) => 0.5 * Math.sin(2 * Math.PI * (200 * (i / rate) + 150 * (i / rate) ** 2)))

const read = (from: AudioFrom, count: number, block = 1000): Stereo => {
  const sound = openKeptSound(from)
  if (!sound) throw new Error('no sound')
  const all: Stereo = [new Float32Array(count), new Float32Array(count)]
  const part: Stereo = [new Float32Array(block), new Float32Array(block)]
  for (let at = 0; at < count; at += block) {
    const n = Math.min(block, count - at)
    sound.fill(part, n)
    all.forEach((side, i) => { side.set((part[i] ?? side).subarray(0, n), at) })
  }
  sound.close()
  return all
}

/** The first sample that differs, or -1: `toEqual` takes seconds over so many. */
const firstDifference = (a: Float32Array, b: Float32Array): number => (a.length === b.length ? a.findIndex((sample, i) => sample !== b[i]) : Math.min(a.length, b.length))

/** How many samples `heard` lags behind `meant`, and how alike they are there (1: the same but for loudness). */
const lag = (heard: Float32Array, meant: Float32Array, at: number, length = 3000, range = 200): { lag: number; likeness: number } => {
  let best = { lag: Number.NaN, likeness: -1 }
  for (let shift = -range; shift <= range; shift++) {
    let [dot, a, b] = [0, 0, 0]
    for (let i = at; i < at + length; i++) {
      const [x, y] = [heard[i + shift] ?? 0, meant[i] ?? 0]
      dot += x * y
      a += x * x
      b += y * y
    }
    const likeness = dot / Math.sqrt(a * b || 1)
    if (likeness > best.likeness) best = { lag: shift, likeness }
  }
  return best
}

const [left, right] = [noise(96_000, 1), noise(96_000, 2)]
const stereo = writeWav('stereo.wav', 48_000, [left, right])

describe('48 kHz stereo comes through sample by sample', () => {
  test.each([[0, 1000], [0.5, 1000], [1.00001, 777], [1.9, 64]])('from second %d, asked for %d samples at a time', (start, block) => {
    const first = Math.round(start * 48_000)
    const heard = read({ path: stereo, start, loop: undefined }, 96_000 - first + 500, block)
    expect(firstDifference(heard[0].subarray(0, 96_000 - first), left.subarray(first))).toBe(-1)
    expect(firstDifference(heard[1].subarray(0, 96_000 - first), right.subarray(first))).toBe(-1)
    // Silence after the end.
    expect(heard[0].subarray(96_000 - first).every((sample) => sample === 0)).toBe(true)
  })

  test('a loop goes round at exact samples', () => {
    const [start, loopIn, loopOut] = [0.3, 0.25, 0.75]
    const heard = read({ path: stereo, start, loop: { in: loopIn, out: loopOut } }, 90_000)
    const expected = samples(90_000, (i) => left[12_000 + ((14_400 - 12_000 + i) % 24_000)] ?? Number.NaN)
    expect(firstDifference(heard[0], expected)).toBe(-1)
  })

  test('a loop longer than the sound keeps the length of its rounds with silence', () => {
    const heard = read({ path: stereo, start: 1.5, loop: { in: 1.5, out: 2.5 } }, 100_000)
    const expected = samples(100_000, (i) => (i % 48_000 < 24_000 ? (left[72_000 + (i % 48_000)] ?? Number.NaN) : 0))
    expect(firstDifference(heard[0], expected)).toBe(-1)
  })
})

test('44.1 kHz mono becomes 48 kHz stereo without drifting', () => {
  const path = writeWav('mono.wav', 44_100, [chirp(5 * 44_100, 44_100)])
  const [l, r] = read({ path, start: 0, loop: undefined }, 5 * 48_000)
  expect(firstDifference(l, r)).toBe(-1)
  const meant = chirp(5 * 48_000, 48_000)
  for (const at of [0, 100_000, 225_000]) {
    const { lag: shift, likeness } = lag(l, meant, at)
    expect(Math.abs(shift)).toBeLessThanOrEqual(1)
    expect(likeness).toBeGreaterThan(0.99)
  }
})

describe.each(['.mp4', '.mov', '.mkv', '.webm'])('sound in %s', (extension) => {
  const sound = chirp(6 * 48_000, 48_000)
  const path = writeWav(`chirp${extension}.wav`, 48_000, [sound, sound])
  const file = join(folder, `sound${extension}`)

  test('is as long as the picture, and in step with it', async () => {
    await recordBars(file, 121, { fps: 29.97, audio: { path, start: 1, loop: undefined } })
    const { audioSeconds, frames, times } = decodeAll(file)
    expect([frames, times[0]]).toEqual([121, 0])
    expect(audioSeconds).toBeCloseTo((121 * 1001) / 30_000, 4)
    const heard = read({ path: file, start: 0, loop: undefined }, 190_000)
    for (const at of [2000, 90_000, 180_000]) {
      const { lag: shift, likeness } = lag(heard[0], sound.subarray(48_000), at)
      expect(Math.abs(shift)).toBeLessThanOrEqual(1)
      expect(likeness).toBeGreaterThan(0.98)
    }
  })

  test('is found again at any place of the recording', () => {
    for (const start of [0, 0.7, 2.5]) {
      const heard = read({ path: file, start, loop: undefined }, 20_000)
      const { lag: shift, likeness } = lag(heard[0], sound.subarray(48_000 + Math.round(start * 48_000)), 2000)
      expect(Math.abs(shift)).toBeLessThanOrEqual(extension === '.mp4' || extension === '.mov' ? 1 : 48)
      expect(likeness).toBeGreaterThan(0.98)
    }
  })

  test('loops as the clip does', async () => {
    const looped = join(folder, `looped${extension}`)
    await recordBars(looped, 90, { audio: { path, start: 0, loop: { in: 0, out: 1 } } })
    const heard = read({ path: looped, start: 0, loop: undefined }, 144_000)
    for (const round of [0, 1, 2]) {
      const { lag: shift, likeness } = lag(heard[0], samples(144_000, (i) => sound[i % 48_000] ?? 0), round * 48_000 + 4000)
      expect(Math.abs(shift)).toBeLessThanOrEqual(1)
      expect(likeness).toBeGreaterThan(0.98)
    }
  })
})

test('a clip without sound gives a recording without a sound track', async () => {
  const silent = await makeClip(folder, { name: 'silent.mp4', frames: 10, width: 64, height: 64 })
  const path = join(folder, 'no-track.mp4')
  await recordBars(path, 10, { audio: { path: silent, start: 0, loop: undefined } })
  const demuxer = Demuxer.openSync(path)
  expect(demuxer.audio()).toBeUndefined()
  expect(demuxer.video()).toBeDefined()
  demuxer.closeSync()
})

test('the shortest recording still ends with its picture', async () => {
  const path = join(folder, 'one.mp4')
  await recordBars(path, 1, { audio: { path: stereo, start: 0, loop: undefined } })
  const { frames, audioSeconds } = decodeAll(path)
  expect(frames).toBe(1)
  expect(audioSeconds).toBeCloseTo(1 / 30, 4)
})
