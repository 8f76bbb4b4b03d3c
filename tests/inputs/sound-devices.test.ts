import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createAudio } from '../../src/control/audio/index.js'
import type { Fault } from '../../src/engine/types.js'
import { listSoundDevices, parseJack, parsePulse } from '../../src/inputs/sound/devices.js'
import { doorOf } from '../../src/inputs/sound/doors.js'
import { createHeardAt } from '../../src/inputs/sound/heard-at.js'
import { openSound } from '../../src/inputs/sound/sound.js'
import { startJackd, type Jackd } from '../../bench/jackd.js'
import { until } from './sound-playing.js'
import { createNoise } from './sound-signals.js'

describe('names of devices', () => {
  it.each([
    ['alsa:hw:1', 'linux', { kind: 'format', format: 'alsa', url: 'hw:1' }],
    ['alsa:plughw:CARD=USB', 'linux', { kind: 'format', format: 'alsa', url: 'plughw:CARD=USB' }],
    ['alsa:default', 'linux', { kind: 'program', program: 'ffmpeg' }],
    ['hw:1', 'linux', { kind: 'format', format: 'alsa', url: 'hw:1' }],
    ['default', 'linux', { kind: 'program', program: 'ffmpeg' }],
    ['pulse:a.monitor', 'linux', { kind: 'program', program: 'ffmpeg' }],
    ['jack:doppel', 'linux', { kind: 'program', program: 'ffmpeg' }],
    ['Built-in Microphone', 'darwin', { kind: 'format', format: 'avfoundation', url: ':Built-in Microphone' }],
    ['Line (USB)', 'win32', { kind: 'format', format: 'dshow', url: 'audio=Line (USB)' }],
  ] as const)('%s on %s', (name, platform, door) => {
    expect(doorOf(name, platform)).toMatchObject(door)
  })

  it('a name is one argument, whatever is in it', () => {
    const door = doorOf('pulse:-i evil; rm', 'linux')
    expect(door.kind === 'program' && door.args.filter((arg) => arg === '-i evil; rm').length).toBe(1)
  })

  it('are listed, or why not is told', async () => {
    const { devices, problems } = await listSoundDevices()
    for (const one of devices) expect([typeof one.name, typeof one.description]).toEqual(['string', 'string'])
    expect(problems.every((problem) => problem.startsWith('audio inputs'))).toBe(true)
  })

  it('are read from what sound servers say', () => {
    expect(parsePulse('0\talsa_output.pci.monitor\tmodule\ts16le 2ch 48000Hz\tIDLE\n1\talsa_input.usb\tmodule\ts16le\tRUNNING\n').map(({ name }) => name)).toEqual(['pulse:alsa_output.pci.monitor', 'pulse:alsa_input.usb'])
    expect([parsePulse(''), parseJack('Cannot connect to server'), parseJack('system:capture_1\n').map(({ name }) => name)]).toEqual([[], [], ['jack:doppel']])
  })
})

describe('when samples were heard', () => {
  it('is found from blocks that arrive late by chance', () => {
    const random = createNoise(4)
    const heard = createHeardAt()
    const off: number[] = []
    for (let block = 1; block < 2000; block++) {
      heard.block(block * 480, 5000 + block * 10 + 12 * Math.abs(random()))
      if (block > 100) off.push(heard.at(block * 480) - (5000 + block * 10))
    }
    expect(Math.min(...off)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...off)).toBeLessThan(1)
  })

  it('follows an interface whose clock is off by 100 millionths, either way, and a pause', () => {
    for (const drift of [1.0001, 0.9999]) {
      const heard = createHeardAt()
      for (let block = 1; block < 60_000; block++) heard.block(block * 480, block * 10 * drift)
      expect(Math.abs(heard.at(60_000 * 480) - 600_000 * drift)).toBeLessThan(1)
      heard.block(60_000 * 480, 700_000)
      expect(heard.at(60_000 * 480)).toBe(700_000)
    }
  })
})

const withJack = ['jackd', 'jack_metro', 'jack_connect', 'jack_wait', 'ffmpeg'].every((program) => (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`)))
if (!withJack) console.warn('SKIPPED "through JACK": jackd, its example tools or ffmpeg are not installed.')

describe.skipIf(!withJack)('through JACK', () => {
  let jack: Jackd | undefined
  let metronome: ChildProcess | undefined
  afterAll(async () => {
    if (metronome?.exitCode === null) {
      const gone = once(metronome, 'exit')
      metronome.kill('SIGKILL')
      await gone
    }
    await jack?.close()
  })

  it('a metronome is heard, with its tempo', async () => {
    jack = await startJackd('sound', 512)
    const { env } = jack
    metronome = spawn('jack_metro', ['--bpm', '126', '--name', 'metro'], { env, stdio: 'ignore' })
    process.env['JACK_DEFAULT_SERVER'] = jack.name
    const sound = await openSound({ kind: 'device', name: 'jack:doppel' }, { id: 'sound', now: () => performance.now(), leadSeconds: 0 })
    const audio = createAudio(sound)
    let joined = false
    const started = performance.now()
    for (let n = 0; !(audio.follower.locked && audio.view.onsets > 20); n++) {
      if (performance.now() - started > 40_000) throw new Error(`not heard in 40 s: ${audio.view.bpm} BPM, confidence ${audio.view.confidence}, ${audio.view.onsets} onsets, joined ${joined}`)
      sound.advance({ n, time: (performance.now() - started) / 1000, dt: 1 / 60, skipped: 0 })
      audio.update(performance.now())
      // The port is there as soon as ffmpeg is.
      if (!joined && n % 20 === 0) joined = ['metro:126_bpm', 'metro:120_bpm'].some((port) => spawnSync('jack_connect', [port, 'doppel:input_1'], { env }).status === 0)
      await new Promise((resolve) => { setTimeout(resolve, 10) })
    }
    expect(Math.abs(audio.view.bpm - 126)).toBeLessThan(0.7)
    await sound.close()
  })

  it('a server that ends leaves silence, told once, and is heard again when it is back', async () => {
    jack ??= await startJackd('sound', 512)
    process.env['JACK_DEFAULT_SERVER'] = jack.name
    const sound = await openSound({ kind: 'device', name: 'jack:doppel' }, { id: 'sound', now: () => performance.now(), leadSeconds: 0 })
    const faults: Fault[] = []
    sound.fault$.subscribe((fault) => faults.push(fault))
    await until(sound, () => sound.present)
    await jack.close()
    await until(sound, () => !sound.present)
    await until(sound, () => faults.length > 0)
    jack = await startJackd('sound', 512)
    await until(sound, () => sound.present)
    expect(faults).toEqual([expect.objectContaining({ count: 1, message: expect.stringMatching(/^the audio input jack:doppel ended/) as string })])
    await sound.close()
  })
})
