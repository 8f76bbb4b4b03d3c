import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Two computers on a network of their own: network namespaces joined by a cable (veth). Multicast stays between them. */
export interface TwoComputers {
  readonly addresses: readonly [string, string]
  /** The command that runs a program on one of them. */
  on(which: 0 | 1, ...command: readonly string[]): string[]
  /** Runs a program there to its end. */
  run(which: 0 | 1, ...command: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string }
  /** Pulls the cable, or plugs it in. */
  cable(plugged: boolean): void
  close(): void
}

const ip = (...args: readonly string[]): void => {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr}`)
}

/** Throws where they may not be made: it takes root, and iproute2. */
export const twoComputers = (purpose: string): TwoComputers => {
  const names = [0, 1].map((which) => `doppel-${purpose}-${process.pid}-${which}`) as [string, string]
  const addresses = ['10.99.7.1', '10.99.7.2'] as const
  const made: string[] = []
  const close = () => { for (const name of made.splice(0)) ip('netns', 'del', name) }
  try {
    for (const name of names) {
      ip('netns', 'add', name)
      made.push(name)
    }
    ip('-n', names[0], 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', names[1])
    for (const which of [0, 1] as const) {
      ip('-n', names[which], 'address', 'add', `${addresses[which]}/24`, 'dev', 'cable')
      for (const device of ['lo', 'cable']) ip('-n', names[which], 'link', 'set', device, 'up')
      // What is sent to everybody goes through the cable, as on a computer with one network.
      ip('-n', names[which], 'route', 'add', 'default', 'dev', 'cable')
    }
  } catch (thrown) {
    close()
    throw thrown
  }
  const on = (which: 0 | 1, ...command: readonly string[]) => ['ip', 'netns', 'exec', names[which], ...command]
  return {
    addresses, on, close,
    run(which, ...command) {
      const [program = '', ...args] = on(which, ...command)
      return spawnSync(program, args, { encoding: 'utf8', timeout: 30_000 })
    },
    cable: (plugged) => { ip('-n', names[1], 'link', 'set', 'cable', plugged ? 'up' : 'down') },
  }
}

/** Why they cannot be made here; undefined where they can. */
export const whyNoComputers = (): string | undefined => {
  if (process.platform !== 'linux') return 'they need Linux'
  try {
    twoComputers('try').close()
    return undefined
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message.trim() : String(thrown)
  }
}

/** A program that writes lines, of JSON unless they are read otherwise; what it said last is kept. */
export interface Talker<T> {
  readonly child: ChildProcess
  readonly last: T | undefined
  readonly stderr: string
  tell(line: string): void
  /** Ends it the hard way, as a power cut does, or asks it to. */
  end(signal?: NodeJS.Signals): Promise<void>
}

export const startTalker = <T>(command: readonly string[], read = (line: string) => JSON.parse(line) as T): Talker<T> => {
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let last: T | undefined
  let stderr = ''
  createInterface({ input: child.stdout }).on('line', (line) => { last = read(line) })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr = (stderr + text).slice(-2000) })
  child.stdin.on('error', () => undefined)
  return {
    child,
    get last() { return last },
    get stderr() { return stderr },
    tell: (line) => { child.stdin.write(`${line}\n`) },
    async end(signal = 'SIGKILL') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
    },
  }
}

/** Waits for what other processes do, without taking the processor from them. */
export const until = async (what: string, check: () => boolean, ms = 20_000): Promise<void> => {
  for (const end = performance.now() + ms; !check();) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`)
    await new Promise((next) => { setTimeout(next, 2) })
  }
}
