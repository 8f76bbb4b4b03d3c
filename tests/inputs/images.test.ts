import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeSequence, makeStill, readFrameNumber } from '../support/clips.js'
import { clipFolder, close, expectNoFaults, openForTest, range } from './playing.js'

const dir = clipFolder()

describe('stills', () => {
  it.each([['png', 'rgba', 'rgb', true], ['jpg', 'yuv420p', 'bt601', true], ['webp', 'yuv420p', 'bt601', false]] as const)('%s is decoded once and shown for as long as anyone likes', async (ending, format, matrix, fullRange) => {
    const opened = await openForTest(await makeStill(dir, `still.${ending}`, 4321, { width: 853, height: 481 }))
    expect(opened.clip.info).toMatchObject({ fps: 0, duration: 0, width: 853, height: 481, hasAlpha: ending === 'png' })
    const first = await opened.tick()
    expect([readFrameNumber(first), first.format, first.matrix, first.fullRange, first.seq]).toEqual([4321, format, matrix, fullRange, 1])
    for (let n = 0; n < 100; n++) expect((await opened.tick()).seq).toBe(1)
    opened.clip.controls.seek(3)
    opened.clip.controls.speed = -2
    expect((await opened.tick()).seq).toBe(1)
    expectNoFaults(opened)
    await close(opened)
  })

  it('of 720 lines and more keeps the matrix of JPEG', async () => {
    const opened = await openForTest(await makeStill(dir, 'large.jpg', 7, { width: 1280, height: 720 }))
    expect((await opened.tick()).matrix).toBe('bt601')
    await close(opened)
  })

  it('keeps the alpha of PNG', async () => {
    const opened = await openForTest(await makeStill(dir, 'alpha.png', 7, { alpha: (_, x) => x % 256 }))
    const { planes } = await opened.tick()
    expect(range(0, 256).every((x) => planes[0]!.data[4 * x + 3] === x)).toBe(true)
    await close(opened)
  })
})

describe('sequences', () => {
  it.each(['png', 'jpg', 'webp'])('of %s play at 25 frames a second, loop and go back', async (ending) => {
    const pattern = await makeSequence(join(dir, `sequence-${ending}`), 20, { ending, width: 160, height: 90, first: 7 })
    const opened = await openForTest(pattern, { showFps: 25 })
    expect(opened.clip.info).toMatchObject({ fps: 25, duration: 0.8 })
    expect(await opened.play(50)).toEqual([...range(0, 20), ...range(0, 20), ...range(0, 10)])
    opened.clip.controls.speed = -1
    expect(await opened.play(12)).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0, 19, 18, 17])
    await close(opened)
  })

  it('are found by their folder, at a rate of one\'s own, whatever the names', async () => {
    const folder = join(dir, 'folder')
    await mkdir(folder, { recursive: true })
    for (const n of range(0, 12)) await copyFile(await makeStill(dir, 'one.png', n, { width: 160, height: 90 }), join(folder, `shot-${n + 1}.png`))
    await writeFile(join(folder, 'notes.txt'), 'not a picture')
    const opened = await openForTest(folder, { showFps: 12, fps: 12 })
    expect(await opened.play(12)).toEqual(range(0, 12))
    await close(opened)
  })

  it('hold the picture before one that is damaged, and say so', async () => {
    const folder = join(dir, 'damaged')
    await makeSequence(folder, 6, { width: 160, height: 90 })
    await writeFile(join(folder, '00003.png'), 'no picture at all')
    const opened = await openForTest(folder, { showFps: 25 })
    expect(await opened.play(6)).toEqual([0, 1, 2, 2, 4, 5])
    expect(opened.faults[0]?.message).toMatch(/missing or damaged/)
    await close(opened)
  })
})
