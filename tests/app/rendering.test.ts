import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bars, makeClip } from '../support/clips.js'
import { decodeAll } from '../support/decode.js'
import { doppel, endAll, startDoppel } from '../support/doppel.js'

let dir: string
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'doppel-rendering-')) })
afterEach(endAll)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const out = (name: string) => join(dir, name)

describe('doppel render', () => {
  it('loses no picture of a clip with a variable rate', async () => {
    // Eight pictures, 40 ms apart, then a rest of 400 ms.
    const timeMs = (n: number) => 720 * Math.floor(n / 8) + 40 * (n % 8)
    const clip = await makeClip(dir, { name: 'vfr.mp4', frames: 24, timeMs })
    const run = await doppel(['render', clip, '--out', out('whole.mp4')])
    expect(run, run.stderr).toMatchObject({ code: 0 })
    const { numbers, fps } = decodeAll(out('whole.mp4'))
    expect(fps).toBe(25)
    expect([...new Set(numbers)]).toEqual(Array.from({ length: 24 }, (_, n) => n))
  })

  it('tells whoever waits for the file that it was interrupted, and finishes it', async () => {
    const running = startDoppel(['render', 'generator:testcard', '--size', '64x64', '--frames', '100000', '--out', out('part.mp4')])
    await running.says(/frames/)
    running.child.kill('SIGINT')
    const { code, stderr } = await running.done
    expect(code, stderr).toBe(130)
    const [, frames] = /interrupted: (\d+) of 100000 frames in/.exec(stderr) ?? []
    expect(decodeAll(out('part.mp4')).frames).toBe(Number(frames))
  })
})

describe('doppel play', () => {
  it('begins a recording with the clip\'s first picture, not with black', async () => {
    const clip = await makeClip(dir, { name: 'numbered.mp4', frames: 60, fps: 30, draw: (n, ...place) => bars(n + 1, ...place) })
    const run = await doppel(['play', clip, '--headless', '--fps', '30', '--for', '0.5', '--out', out('take.mp4')])
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(decodeAll(out('take.mp4')).numbers[0]).toBe(1)
  })
})

describe('--stats', () => {
  it.each(['play', 'render'])('%s refuses a place that cannot be written to before the show, not after it', async (command) => {
    const run = await doppel([command, 'generator:testcard', '--out', out('never.mp4'), '--stats', out('nowhere/s.json'), ...(command === 'play' ? ['--headless', '--for', '1'] : ['--frames', '1'])])
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/stats cannot be written to .*nowhere/)
    expect(existsSync(out('never.mp4'))).toBe(false)
  })
})

describe('--help', () => {
  it.each(['play', 'render', 'start', 'effects', 'gallery', 'devices', 'doctor'])('of %s has an example', async (command) => {
    const { stdout } = await doppel([command, '--help'])
    expect(stdout).toMatch(new RegExp(`Example:\\n  npx doppel ${command}`))
  })
})
