#!/usr/bin/env node
// `npm test`: set-up, type check, lint and tests. With arguments (`npm test -- tests/gl`) only those tests, at once.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setUpOrExit } from './setup.mjs'
import { modules, root, setupFolder } from './setup/paths.mjs'
import { seconds } from './setup/say.mjs'

const started = performance.now()
await setUpOrExit()

const reportFile = join(setupFolder, 'test-report.json')
rmSync(reportFile, { force: true })

// Tests get a display of their own: no windows over the developer's work, and the same software GL for the golden pictures everywhere.
const environment = { ...process.env }
if (process.platform === 'linux') for (const name of ['DISPLAY', 'WAYLAND_DISPLAY']) delete environment[name]

const node = (program, args) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(modules, program), ...args], { cwd: root, env: environment, stdio: 'inherit' })
    child.once('error', () => resolve(1))
    child.once('close', (code) => resolve(code ?? 1))
  })

const wanted = process.argv.slice(2)
const checks = wanted.length
  ? []
  : [
      { title: 'type check', program: 'typescript/bin/tsc', args: ['-p', 'tsconfig.json'] },
      { title: 'lint', program: 'eslint/bin/eslint.js', args: ['.', '--max-warnings', '0'] },
    ]

// Each check counts as one test, so that the closing line tells the whole truth.
const total = { passed: 0, failed: 0, skipped: 0 }
for (const { title, program, args } of checks) {
  const before = performance.now()
  const ok = (await node(program, args)) === 0
  total[ok ? 'passed' : 'failed']++
  console.log(`${ok ? '✓' : '✗'} ${title} (${seconds(performance.now() - before)})`)
}

const code = await node('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...wanted])

const report = (() => {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8'))
  } catch {
    return undefined
  }
})()
if (report) {
  total.passed += report.numPassedTests
  total.skipped += report.numPendingTests + report.numTodoTests
  // A file that does not load fails without any test of its own.
  const filesOnly = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed')).length
  total.failed += report.numFailedTests + filesOnly
}
// An error outside any test (an unhandled rejection, no test found, a crash) fails the run too.
if (code !== 0 && total.failed === 0) total.failed = 1

console.log(`\ntests took ${seconds(performance.now() - started)}\n`)
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`)
process.exitCode = total.failed > 0 ? 1 : 0
