import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root, setupFolder } from './paths.mjs'
import { openProgress } from './say.mjs'

/** A step of set-up that could not be done. `tail` holds the last lines that were said, `log` the file with all of them. */
export class SetupError extends Error {
  constructor(message, { hint = '', tail = '', log = '' } = {}) {
    super(message)
    this.hint = hint
    this.tail = tail
    this.log = log
  }
}

const killGroup = (child) => {
  try {
    if (process.platform === 'win32') child.kill()
    else process.kill(-child.pid, 'SIGTERM')
  } catch {
    // Already gone.
  }
}

/**
 * Runs one program to its end with a progress line; everything it says goes to a log of its own. `progress` turns a line
 * of output into a short "how far", or undefined. A program that fails, or outlives `timeoutMs`, throws a SetupError.
 */
export const run = (title, command, args, { cwd = root, env = {}, timeoutMs, progress = () => undefined, hint = '', shell = false } = {}) => {
  const folder = join(setupFolder, 'logs')
  mkdirSync(folder, { recursive: true })
  const log = join(folder, `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.log`)
  const file = createWriteStream(log)
  const shown = openProgress(title)
  // A group of its own, so that a time-out ends compilers too; the terminal's Ctrl-C is passed on by hand for that.
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', shell })
  const interrupted = () => {
    killGroup(child)
    process.exit(130)
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  let tail = ''
  const listen = (data) => {
    file.write(data)
    const text = String(data)
    tail = (tail + text).slice(-4000)
    for (const line of text.split(/[\r\n]+/)) {
      const far = progress(line)
      if (far !== undefined) shown.update(far)
    }
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  return new Promise((resolve, reject) => {
    let late = false
    const timer = timeoutMs && setTimeout(() => ((late = true), killGroup(child)), timeoutMs)
    const settle = (error) => {
      clearTimeout(timer)
      shown.stop()
      file.end()
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
      if (!error) return resolve()
      const said = tail.trimEnd().split('\n').slice(-15).join('\n')
      reject(new SetupError(`${title}: ${error}`, { hint, tail: said, log: relative(root, log) }))
    }
    child.once('error', (error) => settle(`${command} could not be started: ${error.message}`))
    child.once('close', (code, signal) => {
      if (code === 0) settle()
      else settle(late ? `${command} did not end within ${Math.round(timeoutMs / 1000)} s` : `${command} ended with ${signal ?? `code ${code}`}`)
    })
  })
}

/** Whether a short piece of CommonJS runs to its end in a process of its own; a native that crashes takes only that process along. */
export const survives = (program, { cwd = root, env = {} } = {}) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', program], { cwd, env: { ...process.env, ...env }, stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    child.once('error', () => resolve(false))
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0)
    })
  })
