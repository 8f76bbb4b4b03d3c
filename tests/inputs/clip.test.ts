import { beforeAll, describe, expect, it } from 'vitest'
import { describeWithTestdata } from '../support/testdata.js'
import { makeClip, readFrameNumber } from '../support/clips.js'
import { controlWriter, type ControlMemory } from '../../src/inputs/clip-control.js'
import { spawnWorker } from '../../src/inputs/clip-link.js'
import { clipFolder, close, expectNoFaults, openForTest, range } from './playing.js'

const dir = clipFolder()
const FRAMES = 150
const FPS = 60
let path: string

beforeAll(async () => { path = await makeClip(dir, { frames: FRAMES, fps: FPS, gop: 60 }) })

describe('a clip of 60 frames a second in a show of 60', () => {
  it('loops three times: every frame once, in order, none missing', async () => {
    const opened = await openForTest(path)
    expect(opened.clip.info).toMatchObject({ codec: 'h264', width: 320, height: 180, displayWidth: 320, displayHeight: 180, fps: 60, duration: 2.5, hasAlpha: false, hasAudio: false, hw: 'none' })
    expect(await opened.play(3 * FRAMES)).toEqual([...range(0, FRAMES), ...range(0, FRAMES), ...range(0, FRAMES)])
    expectNoFaults(opened)
    await close(opened)
  })

  it('numbers pictures one by one and keeps the number while the picture stays', async () => {
    const opened = await openForTest(path, { showFps: 120 })
    const seqs: number[] = []
    for (let n = 0; n < 8; n++) seqs.push((await opened.tick()).seq)
    expect(seqs).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
    await close(opened)
  })

  it('plays in reverse over two loop points', async () => {
    const opened = await openForTest(path)
    opened.clip.controls.speed = -1
    expect(await opened.play(2 * FRAMES + 10)).toEqual([...range(FRAMES - 1, -1), ...range(FRAMES - 1, -1), ...range(FRAMES - 1, FRAMES - 11)])
    await close(opened)
  })

  it('plays ping-pong', async () => {
    const opened = await openForTest(path)
    opened.clip.controls.mode = 'ping-pong'
    expect(await opened.play(2 * FRAMES + 20)).toEqual([...range(0, FRAMES), ...range(FRAMES - 2, -1), ...range(1, 22)])
    await close(opened)
  })

  it('plays once, ends and holds', async () => {
    const opened = await openForTest(path)
    opened.clip.controls.mode = 'once'
    opened.clip.controls.seek(2.4)
    expect(await opened.play(10)).toEqual([144, 145, 146, 147, 148, 149, 149, 149, 149, 149])
    expect(opened.statuses.at(-1)?.state).toBe('ended')
    await close(opened)
  })

  it('loops between in and out points that lie amid groups of pictures', async () => {
    const opened = await openForTest(path)
    opened.clip.controls.inPoint = 40 / FPS
    opened.clip.controls.outPoint = 100 / FPS
    expect(await opened.play(180)).toEqual([...range(40, 100), ...range(40, 100), ...range(40, 100)])
    opened.clip.controls.speed = -1
    expect(await opened.play(60)).toEqual(range(98, 39).concat(99))
    await close(opened)
  })

  it.each([0.25, 0.5, 2, 3, 4, -0.5, -2, -4])('plays at speed %d', async (speed) => {
    const opened = await openForTest(path)
    opened.clip.controls.speed = speed
    opened.clip.controls.seek(1.25)
    const expected = range(0, 120).map((n) => {
      const frame = Math.floor(75 + (n * speed) + 1e-6)
      return ((frame % FRAMES) + FRAMES) % FRAMES
    })
    expect(await opened.play(120)).toEqual(expected)
    await close(opened)
  })

  it('seeks to any frame exactly, in any order', async () => {
    const opened = await openForTest(path)
    opened.clip.controls.playing = false
    const wanted = range(0, 60).map((n) => (n * 97 + 31) % FRAMES)
    const got: number[] = []
    for (const frame of wanted) {
      opened.clip.controls.seek(frame / FPS)
      got.push(readFrameNumber(await opened.tick()))
    }
    expect(got).toEqual(wanted)
    await close(opened)
  })

  it('steps by whole frames, forwards, back and beyond both ends', async () => {
    const opened = await openForTest(path)
    const { controls } = opened.clip
    const after = async (frames: number) => {
      controls.step(frames)
      return readFrameNumber(await opened.tick())
    }
    controls.seek(1)
    expect(await opened.play(1)).toEqual([60])
    expect([await after(1), await after(1), await after(-1), await after(-5), await after(70), await after(-100), await after(-100), await after(1000)]).toEqual([61, 62, 61, 56, 126, 26, 0, 149])
    expect(controls.playing).toBe(false)
    controls.step(-1)
    controls.step(-1)
    expect(await opened.play(3)).toEqual([147, 147, 147])
    controls.playing = true
    expect(await opened.play(2)).toEqual([148, 149])
    await close(opened)
  })

  it('turns round anywhere without losing its place', async () => {
    const opened = await openForTest(path)
    const { controls } = opened.clip
    expect(await opened.play(50)).toEqual(range(0, 50))
    controls.speed = -1
    expect(await opened.play(30)).toEqual(range(48, 18))
    controls.speed = 1
    expect(await opened.play(100)).toEqual(range(20, 120))
    await close(opened)
  })
})

describe('asked a tick ahead, as in a live show', () => {
  it('gives at each tick the frame of that tick', async () => {
    let control: ControlMemory | undefined
    const opened = await openForTest(path, { leadSeconds: 1 / FPS, spawn: (program, start) => spawnWorker(program, { ...start, control: (control = start.control) }) })
    const { clip } = opened
    const answered = async () => {
      const { served } = controlWriter(control!)
      if (served < control!.words[0]! / 2) await controlWriter(control!).change(served)
    }
    const numbers: number[] = []
    for (let n = 0; n < 2 * FRAMES; n++) {
      clip.advance({ n, time: n / FPS, dt: n === 0 ? 0 : 1 / FPS, skipped: 0 })
      const frame = clip.latest()
      if (n > 0 && frame?.kind === 'frame') numbers.push(readFrameNumber(frame))
      await answered()
    }
    expect(numbers).toEqual(range(1, 2 * FRAMES).map((n) => n % FRAMES))
    await close(opened)
  })
})

describe('timing', () => {
  it('shows a variable frame rate by its timestamps', async () => {
    // 10, 20, 30, 40 ms in turn.
    const timeMs = (n: number) => 100 * Math.floor(n / 4) + [0, 10, 30, 60][n % 4]!
    const vfr = await makeClip(dir, { name: 'vfr.mp4', frames: 80, timeMs, gop: 20 })
    const opened = await openForTest(vfr, { showFps: 100 })
    expect(opened.clip.info.duration).toBeCloseTo(2, 3)
    const perTick = range(0, 200).map((tick) => Math.max(...range(0, 80).filter((n) => timeMs(n) <= tick * 10)))
    expect(await opened.play(400)).toEqual([...perTick, ...perTick])
    opened.clip.controls.seek(1.06)
    opened.clip.controls.step(2)
    expect(await opened.play(1)).toEqual([45])
    opened.clip.controls.step(-3)
    expect(await opened.play(1)).toEqual([42])
    await close(opened)
  })

  it.each(['clip.mkv', 'clip.webm', 'clip.mov', 'clip.ts', 'clip.avi'])('loops gaplessly in %s', async (name) => {
    const codec = name.endsWith('webm') ? { codec: 'libvpx-vp9', encoder: { deadline: 'realtime', 'cpu-used': '8' } } : {}
    const file = await makeClip(dir, { name, frames: 100, gop: 30, bFrames: 0, ...codec })
    const opened = await openForTest(file)
    expect(await opened.play(250)).toEqual([...range(0, 100), ...range(0, 100), ...range(0, 50)])
    expectNoFaults(opened)
    await close(opened)
  })

  it('counts time from the first picture when a stream begins late', async () => {
    const file = await makeClip(dir, { name: 'late.mkv', frames: 60, startSeconds: 5 })
    const opened = await openForTest(file)
    expect(opened.clip.info.duration).toBeCloseTo(1, 2)
    expect(await opened.play(70)).toEqual([...range(0, 60), ...range(0, 10)])
    await close(opened)
  })
})

describeWithTestdata('real clips', (testdata) => {
  it.each([['dance-twirl.mp4', 60], ['scooter-black.mp4', 43], ['clips/01_dog.mp4', 289]] as const)('%s loops with every frame once', async (name, frames) => {
    const file = testdata('testdata', name)
    const opened = await openForTest(file)
    const { fps, duration } = opened.clip.info
    expect(duration * fps).toBeCloseTo(frames, 1)
    await close(opened)
    const own = await openForTest(file, { showFps: fps })
    const times: number[] = []
    for (let n = 0; n < 2 * frames; n++) times.push(Math.round((await own.tick()).mediaTime * fps))
    expect(times).toEqual([...range(0, frames), ...range(0, frames)])
    expectNoFaults(own)
    await close(own)
  })
})
