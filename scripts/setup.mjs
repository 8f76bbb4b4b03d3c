#!/usr/bin/env node
// Plain JavaScript without dependencies: nothing is installed when this first runs.
import { pathToFileURL } from 'node:url'
import { SetupError } from './setup/run.mjs'
import { say, seconds } from './setup/say.mjs'
import { alone, readState, writeState } from './setup/state.mjs'
import { steps } from './setup/steps.mjs'

const leastNode = [20, 19]

const upToDate = (step, recorded) => recorded !== undefined && recorded.key === step.key() && (recorded.failed === true || step.present())

const runStep = async (step) => {
  const started = performance.now()
  const outcome = {}
  try {
    const note = await step.run()
    if (note) outcome.note = note
  } catch (error) {
    if (!step.optional) throw error
    outcome.note = [error.message, error.hint, error.log && `log: ${error.log}`].filter(Boolean).join('; ')
    outcome.failed = true
  }
  const spent = performance.now() - started
  say(outcome.note ? `${step.name}: ${outcome.note}` : `${step.name}: ready${spent > 1000 ? ` (${seconds(spent)})` : ''}`)
  // Asked again: running the step may have changed what its key is made of.
  return { key: step.key(), ...outcome }
}

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return
  throw new SetupError(`Doppel needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}`, { hint: 'Install a newer one from https://nodejs.org.' })
}

/**
 * Brings the checkout up to date and reports `{ ran, notes, ms }`: the names of the steps that had something to do, and what
 * the user should know. Nothing to do takes no lock and says nothing. `again` runs every step. Throws a SetupError.
 */
export const setUp = async ({ again = false } = {}) => {
  const started = performance.now()
  checkNode()
  const ran = []
  let state = readState()
  if (again || !steps.every((step) => upToDate(step, state[step.name]))) {
    await alone(async () => {
      // Whoever held the lock before us may have done it all.
      state = readState()
      for (const step of steps) {
        if (!again && upToDate(step, state[step.name])) continue
        state[step.name] = await runStep(step)
        writeState(state)
        ran.push(step.name)
      }
    })
  }
  const notes = Object.fromEntries(Object.entries(state).filter(([, { note }]) => note).map(([name, { note }]) => [name, note]))
  return { ran, notes, ms: Math.round(performance.now() - started) }
}

/** For the programs that begin with set-up: says what went wrong, where the log is and what to do, and ends. */
export const setUpOrExit = async (options) => {
  try {
    return await setUp(options)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    if (error.tail) process.stderr.write(`${error.tail}\n`)
    say(`failed: ${error.message}`)
    if (error.log) say(`the whole log: ${error.log}`)
    if (error.hint) say(error.hint)
    process.exit(1)
  }
}

const usage = `node scripts/setup.mjs [--yes] [--again] [--link] [--json]
  --yes    install system packages without asking
  --again  run every step, also those that are up to date or failed before
  --link   also fetch and build Ableton Link (its code is under the GPL), and keep it
  --json   print what was done as JSON`

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const flags = process.argv.slice(2)
  if (flags.some((flag) => !['--yes', '--again', '--link', '--json'].includes(flag))) {
    process.stderr.write(`${usage}\n`)
    process.exit(flags.includes('--help') ? 0 : 1)
  }
  const report = await setUpOrExit({ again: flags.includes('--again') })
  if (flags.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`)
  else if (report.ran.length === 0) say(`nothing to do (${report.ms} ms)`)
}
