import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createAudio } from '../../src/control/audio/index.js'
import type { Fault } from '../../src/engine/types.js'
import { listSoundDevices } from '../../src/inputs/sound/devices.js'
import { openSound } from '../../src/inputs/sound/sound.js'
import { spawnSound } from '../../src/inputs/sound/sound-link.js'
import { device, until } from './sound-playing.js'
import { clicks, sine, writeWav } from './sound-signals.js'

const missing = ['pulseaudio', 'pactl', 'paplay', 'ffmpeg'].filter((program) => !(process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`)))
if (missing.length > 0) console.warn(`SKIPPED "through PulseAudio": ${missing.join(', ')} not installed (Debian and Ubuntu: apt install pulseaudio pulseaudio-utils ffmpeg).`)

/** A sound server of the test's own, without hardware: what is played into its sink comes out of the sink's monitor. */
const folder = mkdtempSync(join(tmpdir(), 'doppel-pulse-'))
const socket = join(folder, 'native')
// The server, the players and Doppel find each other by the environment, as in a session.
Object.assign(process.env, { PULSE_SERVER: `unix:${socket}`, PULSE_RUNTIME_PATH: folder, PULSE_COOKIE: join(folder, 'cookie') })

const running = new Set<ChildProcess>()
const kill = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
const start = (program: string, ...args: readonly string[]): ChildProcess => {
  // What it keeps of its own goes where it is removed again.
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder } })
  running.add(child)
  return child
}
afterEach(async () => {
  for (const child of running) await kill(child)
  running.clear()
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const startServer = async (): Promise<ChildProcess> => {
  rmSync(socket, { force: true })
  const server = start('pulseaudio', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1', '-n', '-L', 'module-null-sink sink_name=show rate=48000', '-L', `module-native-protocol-unix socket=${socket} auth-anonymous=1`)
  for (const end = performance.now() + 20_000; spawnSync('pactl', ['info']).status !== 0;) {
    if (performance.now() > end || server.exitCode !== null) throw new Error('pulseaudio does not start')
    await new Promise((next) => { setImmediate(next) })
  }
  return server
}

describe.skipIf(missing.length > 0)('through PulseAudio', () => {
  const track = (name: string, samples: Float32Array) => writeWav(join(folder, name), [samples])

  it('what is played is heard: pitch, loudness, onsets and tempo; and again soon after the server died', async () => {
    const server = await startServer()
    const { devices } = await listSoundDevices()
    expect(devices).toContainEqual({ name: 'pulse:show.monitor', description: 'what the computer plays' })
    const tries: number[] = []
    const sound = await openSound(device('pulse:show.monitor'), {
      id: 'sound', now: () => performance.now(), leadSeconds: 0,
      spawn: (program, start) => {
        tries.push(performance.now())
        return spawnSound(program, start)
      },
    })
    const audio = createAudio(sound)
    const faults: Fault[] = []
    sound.fault$.subscribe((fault) => faults.push(fault))
    const lags: number[] = []
    const heard = (check: () => boolean, patience = 20_000) => until(sound, check, () => {
      audio.update(performance.now())
      if (audio.view.present) lags.push(performance.now() - sound.heardAt)
    }, patience)
    const tone = track('tone.wav', sine(1000, 20, 0.5))
    const loudest = () => audio.view.spectrum.indexOf(Math.max(...audio.view.spectrum))
    const hearTone = async () => {
      const player = start('paplay', '--device=show', tone)
      // As loud as it was played, through two channels and back to one.
      await heard(() => audio.view.level > 0.9 && Math.abs(loudest() - 1000 / 46.875) <= 0.5 && Math.abs(Math.max(...audio.view.wave) - 0.5) < 0.005)
      expect(audio.view.bands.indexOf(Math.max(...audio.view.bands))).toBe(2)
      await kill(player)
    }
    await hearTone()
    await heard(() => audio.view.level < 0.1)
    const { onsets } = audio.view
    const beat = start('paplay', '--device=show', track('beat.wav', clicks(126, 60).samples))
    await heard(() => audio.follower.locked && audio.view.onsets > onsets + 20, 40_000)
    expect(Math.abs(audio.view.bpm - 126)).toBeLessThan(0.7)
    await kill(beat)
    expect(lags.sort((a, b) => a - b)[lags.length >> 1]).toBeLessThan(60)
    expect(faults).toEqual([])

    await kill(server)
    await heard(() => !audio.view.present && audio.view.level === 0)
    // Away for longer than the same fault is kept quiet anyway: told once all the same.
    const died = performance.now()
    await heard(() => performance.now() > died + 8000)
    expect(faults).toEqual([{ unit: 'sound', count: 1, message: expect.stringMatching(/^the audio input pulse:show\.monitor ended: /), hint: expect.stringContaining('sound server') }])
    await startServer()
    const back = performance.now()
    await heard(() => audio.view.present)
    // The try that heard it may have begun while the server was still starting. The server's own sink takes up to two seconds until its first sound comes.
    expect([(tries.at(-1) ?? Infinity) - back < 2500, performance.now() - back < 6000], String(performance.now() - back)).toEqual([true, true])
    await hearTone()
    expect(faults).toHaveLength(1)
    await sound.close()
  }, 120_000)

  it('an input that is not there is told, and heard as soon as it is', async () => {
    await startServer()
    const sound = await openSound(device('pulse:guitar'), { id: 'sound', now: () => performance.now(), leadSeconds: 0 })
    const faults: Fault[] = []
    sound.fault$.subscribe((fault) => faults.push(fault))
    await until(sound, () => faults.length > 0)
    expect(faults[0]).toMatchObject({ message: expect.stringMatching(/^the audio input pulse:guitar does not open: /), hint: expect.stringContaining('knows this input') })
    expect(spawnSync('pactl', ['load-module', 'module-null-source', 'source_name=guitar']).status).toBe(0)
    await until(sound, () => sound.present)
    expect(faults).toHaveLength(1)
    await sound.close()
  })
})
