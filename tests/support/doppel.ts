import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../../dist/src/app/main.js', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Run {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly done: Promise<Run>
  /** Resolves when standard error has matched; rejects when the process ends first. */
  says(pattern: RegExp): Promise<void>
}

const alive = new Set<ChildProcess>()
// A test that failed or timed out must not leave a show playing on.
process.once('exit', () => { for (const child of alive) child.kill('SIGKILL') })

/** Ends whatever a test left running. For `afterEach`. */
export const endAll = (): void => { for (const child of alive) child.kill('SIGKILL') }

/** Starts the built command line as a performer would, in a process of its own. */
export const startDoppel = (args: readonly string[], env: Record<string, string | undefined> = {}): Running => {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  alive.add(child)
  child.once('close', () => alive.delete(child))
  let [stdout, stderr] = ['', '']
  const waiting = new Set<() => void>()
  child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); for (const check of waiting) check() })
  const done = new Promise<Run>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return {
    child,
    done,
    says: (pattern) => new Promise<void>((resolve, reject) => {
      const check = () => { if (pattern.test(stderr)) { waiting.delete(check); resolve() } }
      waiting.add(check)
      void done.then(() => reject(new Error(`doppel ended before saying ${String(pattern)}:\n${stderr}`)))
      check()
    }),
  }
}

export const doppel = (args: readonly string[], env?: Record<string, string | undefined>): Promise<Run> => startDoppel(args, env).done
