import { fork } from 'node:child_process'
import { workerEntry } from '../../engine/worker-entry.js'
import type { ProbeName, Reports } from './reports.js'

/** What a probe found, or why it found nothing. */
export type Probed<Name extends ProbeName> = { readonly report: Reports[Name]; readonly reason?: undefined } | { readonly report?: undefined; readonly reason: string }

const last = (text: string) => text.trim().split('\n').at(-1)?.trim() ?? ''

/** Runs one probe in a process of its own. Never rejects: a crash, a silence longer than `timeoutMs` or an error is a reason. */
export const probe = <Name extends ProbeName>(name: Name, { timeoutMs = 20_000 } = {}): Promise<Probed<Name>> =>
  new Promise((resolve) => {
    const child = fork(workerEntry(import.meta.url, './program.js'), [name], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [], timeout: timeoutMs, killSignal: 'SIGKILL' })
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)))
    child.once('message', (answer) => resolve(answer as Probed<Name>))
    child.once('error', (error) => resolve({ reason: error.message }))
    child.once('close', (code, signal) => {
      const ended = signal === 'SIGKILL' ? `it did not answer within ${timeoutMs / 1000} s` : `it ended with ${signal ?? `code ${code}`}`
      resolve({ reason: [ended, last(said)].filter(Boolean).join(': ') })
    })
  })
