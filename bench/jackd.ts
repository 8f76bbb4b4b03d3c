import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync } from 'node:fs'

/** A JACK server without hardware, under a name of its own, so that one that plays music on this machine is left alone. */
export interface Jackd {
  readonly name: string
  /** What a program needs in its environment to mean this server and never to start another. */
  readonly env: Record<string, string>
  close(): Promise<void>
}

/** Where libjack keeps the list of servers of every user; it has room for eight. */
const memory = '/dev/shm'
const full = 'Too many servers already active'

/** Whether a process of one of these names runs. Linux's process folder: JACK is tested there only. */
const runs = (...names: string[]) => readdirSync('/proc').some((id) => {
  if (!/^\d+$/.test(id)) return false
  try {
    return names.includes(readFileSync(`/proc/${id}/comm`, 'utf8').trim())
  } catch {
    return false // It has ended meanwhile.
  }
})

/** Resolves when it answers, or with what it said before it gave up. */
const answers = (process: ChildProcess, name: string, env: Record<string, string>) => new Promise<string | undefined>((resolve) => {
  let said = ''
  process.stderr?.on('data', (text) => { said += String(text) })
  process.stdout?.on('data', (text) => { said += String(text) })
  process.once('error', (error) => { resolve(error.message) })
  process.once('close', () => { resolve(said || 'it ended without a word') })
  spawn('jack_wait', ['-w', '-t', '20', '-s', name], { env, stdio: 'ignore' }).once('close', (code) => { resolve(code === 0 ? undefined : `it did not answer within 20 s; ${said}`) })
})

/**
 * Starts jackd with its dummy driver and waits until it answers. `purpose` must be the same in every run: JACK's list of
 * servers has eight places, and only a server of the same name takes over the place of one that was killed. `realtime`
 * is how musicians run it; where the system does not allow it, JACK says so and goes on without.
 */
export const startJackd = async (purpose: string, periodFrames: number, { realtime = false } = {}): Promise<Jackd> => {
  const name = `doppel-test-${purpose}`
  const env = { ...process.env, JACK_DEFAULT_SERVER: name, JACK_NO_START_SERVER: '1', JACK_NO_AUDIO_RESERVATION: '1' } as Record<string, string>
  const start = async (tries: number): Promise<ChildProcess> => {
    const jackd = spawn('jackd', ['-n', name, realtime ? '--realtime' : '--no-realtime', '-S', '-d', 'dummy', '-r', '48000', '-p', String(periodFrames)], { env })
    const wrong = await answers(jackd, name, env)
    if (wrong === undefined) return jackd
    jackd.kill('SIGKILL')
    // Eight servers that were killed leave a list without a free place: nobody's, once no server runs.
    if (tries === 0 || !wrong.includes(full)) throw new Error(`jackd, server ${name}: ${wrong}`)
    if (!runs('jackd', 'jackdbus')) for (const file of readdirSync(memory)) if (/^jack[-_]/.test(file)) rmSync(`${memory}/${file}`, { recursive: true, force: true })
    return start(tries - 1)
  }
  const jackd = await start(5)
  return {
    name, env,
    async close() {
      if (jackd.exitCode !== null || jackd.signalCode !== null) return
      // Not SIGKILL: only a server that is asked to end gives its place in the list back.
      const gone = once(jackd, 'close')
      jackd.kill('SIGTERM')
      const late = setTimeout(() => { jackd.kill('SIGKILL') }, 10_000)
      await gone
      clearTimeout(late)
    },
  }
}
