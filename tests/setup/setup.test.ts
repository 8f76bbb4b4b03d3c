import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const repository = resolve(import.meta.dirname, '../..')

const node = (args: readonly string[]) =>
  new Promise<{ code: number | null; out: string; err: string }>((done) => {
    const child = spawn(process.execPath, args, { cwd: repository })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('close', (code) => done({ code, out, err }))
  })

describe('set-up', () => {
  it('has nothing to do the second time, and says so', async () => {
    expect((await node(['scripts/setup.mjs', '--json'])).code).toBe(0)
    const second = await node(['scripts/setup.mjs', '--json'])
    const report = JSON.parse(second.out) as { ran: string[] }
    expect(report.ran).toEqual([])
    expect(second.err).toBe('')
  })

  it('lets npx find doppel in the checkout', async () => {
    expect(existsSync(join(repository, 'node_modules/.bin/doppel'))).toBe(true)
    const { code, out } = await node(['bin/doppel.mjs', '--help'])
    expect(code).toBe(0)
    expect(out).toContain('render')
  })

  it('refuses an option it does not know', async () => {
    const { code, err } = await node(['scripts/setup.mjs', '--fast'])
    expect(code).toBe(1)
    expect(err).toContain('--again')
  })
})

describe('two set-ups at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'doppel-lock-'))
  const lock = join(folder, 'lock')
  afterAll(() => rmSync(folder, { recursive: true }))
  const alone = (work: string) => `const { alone } = await import(${JSON.stringify(join(repository, 'scripts/setup/state.mjs'))}); await alone(${work}, ${JSON.stringify(lock)})`

  it('take turns', async () => {
    const journal = join(folder, 'journal')
    const program = alone(`async () => {
      const { appendFileSync } = await import('node:fs')
      appendFileSync(${JSON.stringify(journal)}, 'in ')
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate)
      appendFileSync(${JSON.stringify(journal)}, 'out ')
    }`)
    const ends = await Promise.all([1, 2, 3, 4].map(() => node(['--input-type=module', '-e', program])))
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect(readFileSync(journal, 'utf8')).toBe('in out '.repeat(4))
  })

  it('do not wait for one that is dead', async () => {
    const dead = spawn(process.execPath, ['-e', ''])
    await new Promise((ended) => dead.once('close', ended))
    writeFileSync(lock, String(dead.pid))
    expect((await node(['--input-type=module', '-e', alone("async () => console.log('mine')")])).out).toBe('mine\n')
    expect(existsSync(lock)).toBe(false)
  })
})

describe('the lock file', () => {
  it('brings no install script that nobody decided on', async () => {
    const { out } = await node(['--input-type=module', '-e', "import { installScripts } from './scripts/setup/packages.mjs'; console.log(JSON.stringify(Object.keys(installScripts)))"])
    const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as { packages: Record<string, { hasInstallScript?: boolean }> }
    const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path.split('node_modules/').at(-1))
    expect([...new Set(scripted)].sort()).toEqual((JSON.parse(out) as string[]).sort())
  })

  it('names no registry, so that any mirror serves', () => {
    expect(readFileSync(join(repository, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved":/)
  })
})
