import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ensureDisplay } from '../../src/native/display.js'
import { parseXDisplay, xDisplayAnswers } from '../../src/native/x-display.js'

const given = process.env['DISPLAY']
const { PATH: path } = process.env
afterEach(() => {
  if (given === undefined) delete process.env['DISPLAY']
  else process.env['DISPLAY'] = given
  process.env['PATH'] = path
})

describe('parseXDisplay', () => {
  it.each([
    [':1', { host: '', number: 1 }],
    [':10.2', { host: '', number: 10 }],
    ['unix:3', { host: '', number: 3 }],
    ['localhost:10.0', { host: 'localhost', number: 10 }],
    ['screen', undefined],
    ['', undefined],
  ])('%s', (name, expected) => expect(parseXDisplay(name)).toEqual(expected))
})

describe.runIf(process.platform === 'linux')('ensureDisplay', () => {
  it('uses the display that answers, and leaves it running', async () => {
    const display = await ensureDisplay()
    expect(display).toMatchObject({ kind: 'existing', name: given })
    await display.close()
    expect(await xDisplayAnswers(display.name)).toBe(true)
  })

  it('starts a private one where none is named, and stops it', async () => {
    delete process.env['DISPLAY']
    const display = await ensureDisplay({ screen: '320x200x24' })
    expect(display.kind).toBe('private')
    expect(process.env['DISPLAY']).toBe(display.name)
    expect(await xDisplayAnswers(display.name)).toBe(true)
    await display.close()
    expect(await xDisplayAnswers(display.name)).toBe(false)
    expect(existsSync(`/tmp/.X${display.name.slice(1)}-lock`)).toBe(false)
    expect(process.env['DISPLAY']).toBeUndefined()
  })

  it('starts a private one in place of one that does not answer, and names the old one again afterwards', async () => {
    process.env['DISPLAY'] = ':5999'
    const display = await ensureDisplay({ screen: '320x200x24' })
    expect(display.kind).toBe('private')
    await display.close()
    expect(process.env['DISPLAY']).toBe(':5999')
  })

  it('passes a forwarded display over when nobody will look', async () => {
    const forwarded = createServer((socket) => socket.resume().end('x'))
    await new Promise<void>((listening) => forwarded.listen(6000 + 731, '127.0.0.1', listening))
    process.env['DISPLAY'] = '127.0.0.1:731'
    const watched = await ensureDisplay()
    const headless = await ensureDisplay({ headless: true, screen: '320x200x24' })
    expect([watched.kind, headless.kind]).toEqual(['existing', 'private'])
    await headless.close()
    await new Promise((closed) => forwarded.close(closed))
  })

  it('says what to install when there is neither a display nor Xvfb', async () => {
    delete process.env['DISPLAY']
    process.env['PATH'] = join(tmpdir(), 'no-such-folder')
    const shell = spawn('/bin/sh', ['-c', 'command -v Xvfb'], { stdio: 'ignore' })
    expect(await new Promise((code) => shell.once('close', code))).not.toBe(0)
    await expect(ensureDisplay()).rejects.toMatchObject({ name: 'DoppelError', message: expect.stringContaining('Xvfb'), hint: expect.stringContaining('apt install xvfb') })
  })

  it('ends with the process that asked for it, even a killed one', async () => {
    const module = resolve(import.meta.dirname, '../../dist/src/native/display.js')
    const program = `const { ensureDisplay } = await import(${JSON.stringify(module)}); console.log((await ensureDisplay({ screen: '320x200x24' })).name); setInterval(() => {}, 1000)`
    const { DISPLAY: _, ...environment } = process.env
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
    const name = await new Promise<string>((said) => child.stdout.once('data', (text: Buffer) => said(text.toString().trim())))
    expect(await xDisplayAnswers(name)).toBe(true)
    child.kill('SIGKILL')
    await expect.poll(() => xDisplayAnswers(name), { timeout: 10_000 }).toBe(false)
  })
})
