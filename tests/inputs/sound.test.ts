import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAudio } from '../../src/control/audio/index.js'
import { openSound } from '../../src/inputs/sound/sound.js'
import { recordBars } from '../outputs/pictures.js'
import { makeClip } from '../support/clips.js'
import { describeWithTestdata } from '../support/testdata.js'
import { farthest, file, openOffline, soundFolder, until } from './sound-playing.js'
import { clicks, RATE, samplesOf, sine, writeWav } from './sound-signals.js'

const folder = soundFolder()

describe('a file, offline', () => {
  it('gives exactly the samples of every tick, both channels as one', async () => {
    const [left, right] = [sine(440, 2), sine(1000, 2, 0.3)]
    const path = writeWav(join(folder, 'stereo.wav'), [left, right])
    const { sound, play, statuses } = await openOffline(file(path), { loop: false })
    const heard = await play(1.5)
    expect(heard.length).toBe(1.5 * RATE)
    expect(farthest(heard, left.map((value, i) => (value + (right[i] ?? 0)) / 2))).toBeLessThan(1e-5)
    expect([sound.present, sound.heardAt, statuses.at(-1)?.state, statuses.at(-1)?.detail]).toEqual([true, 1500, 'running', 'pcm_f32le, 48000 Hz, 2 channels'])
    // Its end is an ordinary thing: silence.
    const rest = await play(3)
    expect([rest.length, sound.present, statuses.at(-1)?.state]).toEqual([RATE / 2, false, 'ended'])
    await sound.close()
    expect(statuses.at(-1)?.state).toBe('closed')
  })

  it('begins anew at exact samples when it loops, at any frame rate', async () => {
    const samples = samplesOf(0.7, (_, i) => Math.sin(i * i * 1e-5))
    const { sound, play } = await openOffline(file(writeWav(join(folder, 'loop.wav'), [samples])))
    const heard = await play(2.5, 24)
    expect(heard.length).toBe(2.5 * RATE)
    expect(farthest(heard, heard.map((_, i) => samples[i % samples.length] ?? Number.NaN))).toBeLessThan(1e-6)
    await sound.close()
  })

  it('44.1 kHz becomes 48 kHz', async () => {
    const path = writeWav(join(folder, 'cd.wav'), [Float32Array.from({ length: 2 * 44_100 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 500 * i) / 44_100))], 44_100)
    const { sound, play } = await openOffline(file(path))
    const heard = await play(1)
    expect(farthest(heard.subarray(1000), sine(500, 1).subarray(1000))).toBeLessThan(0.01)
    await sound.close()
  })

  it.each(['.mp4', '.mkv', '.webm'])('the sound of a clip (%s): its tempo is heard', async (extension) => {
    const wav = writeWav(join(folder, `beat${extension}.wav`), [clicks(128, 13, 0.01).samples])
    const clip = join(folder, `beat${extension}`)
    await recordBars(clip, 12 * 30, { fps: 30, audio: { path: wav, start: 0, loop: undefined } })
    const { sound, time, faults } = await openOffline(file(clip))
    const audio = createAudio(sound)
    for (let n = 0; n < 12 * 60; n++) {
      time.ms = (n * 1000) / 60
      sound.advance({ n, time: n / 60, dt: 1 / 60, skipped: 0 })
      await sound.settle()
      audio.update(time.ms)
    }
    expect(Math.abs(audio.view.bpm - 128)).toBeLessThan(0.5)
    const beat = audio.follower.beatAt(500 + 20 * (60_000 / 128))
    expect(Math.abs(beat - Math.round(beat)) * (60_000 / 128)).toBeLessThan(25)
    expect(faults).toEqual([])
    await sound.close()
  })
})

describe('a file, live', () => {
  it('plays in step with time and is decoded ahead', async () => {
    const sound = await openSound(file(writeWav(join(folder, 'live.wav'), [sine(440, 5)])), { id: 'sound', now: () => performance.now(), leadSeconds: 0.25 })
    const block = new Float32Array(4096)
    let total = 0
    let due = 0
    await until(sound, () => due > RATE, (seconds) => {
      for (let count = sound.read(block); count > 0; count = sound.read(block)) total += count
      due = Math.round(seconds * RATE)
      // Not a sample early; nearly always all that is due.
      expect(total).toBeLessThanOrEqual(due + 1)
    })
    expect(due - total).toBeLessThan(RATE / 10)
    expect(Math.abs(performance.now() - sound.heardAt)).toBeLessThan(150)
    await sound.close()
  })
})

describe('a file that cannot be heard is refused before the show', () => {
  const refusal = async (path: string) => openSound(file(path), { id: 'sound', now: () => 0, leadSeconds: 0 }).then(() => 'opened', (reason: unknown) => String(reason))

  it('without sound', async () => {
    const clip = await makeClip(folder, { name: 'mute.mp4', frames: 5, width: 64, height: 64 })
    expect(await refusal(clip)).toMatch(/mute\.mp4 has no sound: it holds no audio track/)
  })

  it('garbage, nothing, a folder, no such file', async () => {
    const garbage = join(folder, 'garbage.wav')
    writeFileSync(garbage, Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)))
    expect(await refusal(garbage)).toMatch(/garbage\.wav is not a sound or clip that can be read/)
    const empty = join(folder, 'empty.mp3')
    writeFileSync(empty, '')
    expect(await refusal(empty)).toMatch(/empty\.mp3 is not a sound or clip that can be read/)
    expect(await refusal(folder)).toMatch(/is a folder, not a sound/)
    expect(await refusal(join(folder, 'nowhere.wav'))).toMatch(/there is no file .*nowhere\.wav/)
    expect(await refusal(writeWav(join(folder, 'nothing.wav'), [new Float32Array(0)]))).toMatch(/nothing\.wav/)
  })
})

describeWithTestdata('sound of real clips', (path) => {
  it('a clip with an audio track is heard from end to end', async () => {
    const { sound, play, faults } = await openOffline(file(path('testdata', 'clips', '01_dog.mp4')), { loop: false })
    // Its track holds digital silence, which is as good as any sound.
    const heard = await play(9)
    expect([heard.length, farthest(heard, new Float32Array(heard.length)) < 1e-4, sound.present]).toEqual([9 * RATE, true, true])
    expect(faults).toEqual([])
    await sound.close()
  })

  it('a clip without one says so', async () => {
    await expect(openSound(file(path('testdata', 'camel.mp4')), { id: 'sound', now: () => 0, leadSeconds: 0 })).rejects.toThrow(/camel\.mp4 has no sound: it holds no audio track/)
  })
})
