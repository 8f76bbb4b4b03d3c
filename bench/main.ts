import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { nearest } from '../src/engine/nearest.js'
import { ensureDisplay } from '../src/native/display.js'
import { isMet, type Size } from './bench.js'
import { benches } from './benches.js'
import type { Answer } from './program.js'
import { describeMachine, formatResults, type Result } from './report.js'

/** A bench that takes longer hangs. */
const PATIENCE_MS = 15 * 60_000

const USAGE = `npm run bench -- [--only <name>]... [--quick] [--json] [--list]
  --only <name>  this bench; may be given several times
  --quick        a rough look: fewer ticks, frames and rounds
  --size <WxH>   the canvas of effects, clones, subject, fuse and stacked (1280x720); a GPU may take 1920x1080 or 3840x2160
  --json         the numbers as JSON on standard output, and nothing else there
  --list         the benches there are

A bench measures and always ends with 0, unless one could not run at all.`

/** Runs one bench in a process of its own. What natives print goes to standard error. */
const run = (name: string, folder: string, quick: boolean, size: Size): Promise<Answer> =>
  new Promise((resolve) => {
    const child = fork(new URL('./program.js', import.meta.url), [name, folder, quick ? 'quick' : '', ...size.map(String)], {
      stdio: ['ignore', 2, 2, 'ipc'], execArgv: ['--expose-gc'], timeout: PATIENCE_MS, killSignal: 'SIGKILL', serialization: 'advanced',
    })
    let answer: Answer | undefined
    child.once('message', (said) => { answer = said as Answer })
    child.once('error', ({ message }) => { resolve({ reason: message }) })
    // Not before it is gone: it may still hold the display, and must not slow the next one.
    child.once('close', (code, signal) => { resolve(answer ?? { reason: signal === 'SIGKILL' ? `it was stopped after ${PATIENCE_MS / 60_000} minutes` : `it ended with ${signal ?? `code ${code}`}` }) })
  })

const measure = async (names: readonly string[], folder: string, quick: boolean, size: Size): Promise<Result[]> => {
  const results: Result[] = []
  for (const name of names) {
    const about = (await benches[name]?.())?.about ?? ''
    process.stderr.write(`${name}: ${about}\n`)
    const started = performance.now()
    const answer = await run(name, folder, quick, size)
    const seconds = Math.round((performance.now() - started) / 100) / 10
    results.push('rows' in answer ? { name, about, seconds, rows: answer.rows } : { name, about, seconds, rows: [], failure: answer.reason })
  }
  return results
}

const sizeOf = (text: string): Size | undefined => {
  const [, width, height] = /^(\d{2,5})x(\d{2,5})$/.exec(text) ?? []
  return width === undefined || height === undefined ? undefined : [Number(width), Number(height)]
}

const fail = (message: string): number => {
  process.stderr.write(`${message}\n\n${USAGE}\n`)
  return 1
}

const main = async (args: readonly string[]): Promise<number> => {
  let options
  try {
    const flag = { type: 'boolean', default: false } as const
    options = parseArgs({ args: [...args], options: { only: { type: 'string', multiple: true }, size: { type: 'string', default: '1280x720' }, quick: flag, json: flag, list: flag, help: flag } }).values
  } catch (thrown) {
    return fail(thrown instanceof Error ? thrown.message : String(thrown))
  }
  const { only = Object.keys(benches), quick, json, list, help, size: asked } = options
  if (help) {
    process.stdout.write(`${USAGE}\n`)
    return 0
  }
  const unknown = only.find((name) => !Object.hasOwn(benches, name))
  if (unknown !== undefined) return fail(`there is no bench "${unknown}"; did you mean ${nearest(unknown, Object.keys(benches)) ?? Object.keys(benches).join(', ')}?`)
  const size = sizeOf(asked)
  if (!size) return fail(`--size is a width and a height in pixels, such as 1920x1080, not "${asked}"`)
  if (list) {
    const all = await Promise.all(only.map(async (name) => ({ name, about: (await benches[name]?.())?.about ?? '' })))
    process.stdout.write(json ? `${JSON.stringify(all, null, 2)}\n` : all.map(({ name, about }) => `${name.padEnd(10)} ${about}\n`).join(''))
    return 0
  }
  const display = await ensureDisplay({ headless: true })
  const folder = mkdtempSync(join(tmpdir(), 'doppel-bench-'))
  process.once('exit', () => { rmSync(folder, { recursive: true, force: true }) })
  process.once('SIGINT', () => { process.exit(130) })
  try {
    const machine = await describeMachine()
    const results = await measure(only, folder, quick, size)
    const missed = results.flatMap(({ rows }) => rows).filter((row) => isMet(row) === false).length
    process.stdout.write(json ? `${JSON.stringify({ machine, quick, size, missed, benches: results }, null, 2)}\n` : `${formatResults(machine, results)}\n`)
    return results.some(({ failure }) => failure !== undefined) ? 1 : 0
  } finally {
    await display.close()
  }
}

process.exitCode = await main(process.argv.slice(2))
