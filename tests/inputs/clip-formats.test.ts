import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PIXEL_FORMATS, type PixelFormatId } from '../../src/engine/pixels.js'
import type { Frame } from '../../src/engine/types.js'
import { nearestLayout, rotationOf } from '../../src/inputs/picture.js'
import { drawPixels, makeClip, readFrameNumber, type ClipOptions } from '../support/clips.js'
import { clipFolder, close, expectNoFaults, openForTest, range } from './playing.js'

const dir = clipFolder()
const VP9 = { codec: 'libvpx-vp9', encoder: { deadline: 'realtime', 'cpu-used': '8', 'auto-alt-ref': '0' } }
const make = (name: string, options: Partial<ClipOptions>) => makeClip(dir, { name, frames: 12, fps: 30, gop: 5, ...options })
const bytesOf = ({ planes }: Frame) => Buffer.concat(planes.map(({ data }) => data))

describe('pixel layouts', () => {
  // FFV1 loses nothing, so every byte can be told.
  const lossless: readonly PixelFormatId[] = [
    'gray', 'yuv420p', 'yuv422p', 'yuv444p', 'yuva420p', 'yuva422p', 'yuva444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le', 'yuv420p12le', 'yuv422p12le', 'yuv444p12le',
    'yuva444p10le', 'yuva444p12le',
  ]
  it.each(lossless)('%s of odd size arrives as it was made', async (pixelFormat) => {
    const alpha = (_: number, x: number) => x % 256
    const file = await make(`${pixelFormat}.mkv`, { codec: 'ffv1', pixelFormat, width: 107, height: 59, alpha })
    const opened = await openForTest(file, { showFps: 30 })
    for (const number of range(0, 15)) {
      const frame = await opened.tick()
      expect([frame.format, frame.width, frame.height]).toEqual([pixelFormat, 107, 59])
      expect(bytesOf(frame).equals(drawPixels(pixelFormat, 107, 59, number % 12, undefined, alpha))).toBe(true)
    }
    expect(opened.clip.info.hasAlpha).toBe(PIXEL_FORMATS[pixelFormat].alpha)
    await close(opened)
  })

  it.each([
    ['yuv420p', { ...VP9, name: 'odd.webm' }], ['yuv420p10le', {}], ['yuv422p', {}], ['yuv422p10le', {}], ['yuv444p', {}], ['yuv444p10le', {}],
    ['gbrp', { codec: 'libx264rgb', pixelFormat: 'rgba', passAs: 'bgr0', name: 'rgb.mp4' }], ['yuv420p10le', { codec: 'libx265', encoder: { preset: 'ultrafast', 'x265-params': 'log-level=none' } }],
  ] as const)('%s plays through a lossy codec', async (pixelFormat, { name = `${pixelFormat}-lossy.mp4`, ...options }: Partial<ClipOptions>) => {
    const odd = name === 'odd.webm' || pixelFormat === 'yuv444p'
    const file = await make(name, { pixelFormat, ...options, width: odd ? 853 : 320, height: odd ? 479 : 180 })
    const opened = await openForTest(file, { showFps: 30 })
    expect(await opened.play(24)).toEqual([...range(0, 12), ...range(0, 12)])
    expect((await opened.tick()).format).toBe(pixelFormat)
    await close(opened)
  })

  it('keeps the alpha of VP9', async () => {
    const file = await make('alpha.webm', { ...VP9, pixelFormat: 'yuva420p', alpha: (_, x, __, width) => (2 * x < width ? 0 : 255) })
    const opened = await openForTest(file, { showFps: 30 })
    expect(await opened.play(24)).toEqual([...range(0, 12), ...range(0, 12)])
    const frame = await opened.tick()
    const row = frame.planes[3]!.data.subarray(90 * 320, 91 * 320)
    expect([frame.format, row[40]! < 8, row[280]! > 247, opened.clip.info.hasAlpha]).toEqual(['yuva420p', true, true, true])
    await close(opened)
  })

  it('keeps the alpha of ProRes 4444', async () => {
    const file = await make('alpha.mov', { codec: 'prores_ks', encoder: { profile: '4444' }, pixelFormat: 'yuva444p10le', alpha: (_, x, __, width) => (2 * x < width ? 0 : 255) })
    const opened = await openForTest(file, { showFps: 30 })
    expect(await opened.play(24)).toEqual([...range(0, 12), ...range(0, 12)])
    const frame = await opened.tick()
    const { data, stride } = frame.planes[3]!
    const at = (x: number) => data[90 * stride + 2 * x]! | (data[90 * stride + 2 * x + 1]! << 8)
    const most = 2 ** PIXEL_FORMATS[frame.format].bits - 1
    expect([at(40) / most < 0.05, at(280) / most > 0.95]).toEqual([true, true])
    await close(opened)
  })

  it('converts what the table lacks, keeping alpha, and says so', async () => {
    const file = await make('bgra.mkv', { codec: 'ffv1', pixelFormat: 'rgba', passAs: 'bgra', alpha: () => 77 })
    const opened = await openForTest(file, { showFps: 30 })
    expect(await opened.play(24)).toEqual([...range(0, 12), ...range(0, 12)])
    const frame = await opened.tick()
    expect([frame.format, frame.matrix, frame.fullRange, frame.planes[0]!.data[3]]).toEqual(['rgba', 'rgb', true, 77])
    expect(opened.statuses.at(-1)?.detail).toContain('bgra is converted to rgba')
    await close(opened)
  })

  it.each([
    ['yuvj420p', 'yuv420p'], ['yuva420p10le', 'yuva444p10le'], ['yuva422p12le', 'yuva444p12le'], ['yuv411p', 'yuv422p'], ['yuv440p10le', 'yuv444p10le'], ['yuv420p16le', 'yuv420p12le'],
    ['uyvy422', 'yuv422p'], ['p016le', 'yuv420p12le'], ['nv21', 'nv12'], ['gray16le', 'gray'], ['pal8', 'rgba'], ['rgb48be', 'rgba'], ['ya8', 'rgba'], ['bgr0', 'rgba'], ['gbrp10le', 'rgba'],
    ['yuva444p16le', 'yuva444p12le'], ['yuv444p9be', 'yuv444p10le'], ['yuv420p10be', 'yuv420p10le'],
  ])('%s is nearest to %s', (from, to) => { expect(nearestLayout(from)).toBe(to) })
})

describe('look', () => {
  it.each([
    ['bt601', 320, 180, 'bt601'], ['bt709', 320, 180, 'bt709'], ['bt2020', 320, 180, 'bt2020'], ['none', 320, 180, 'bt601'], ['none', 1280, 720, 'bt709'],
  ] as const)('matrix %s at %dx%d is %s', async (matrix, width, height, expected) => {
    const opened = await openForTest(await make(`matrix-${matrix}-${height}.mp4`, { matrix, width, height, frames: 2 }))
    expect((await opened.tick()).matrix).toBe(expected)
    await close(opened)
  })

  it.each([true, false])('full range %s', async (fullRange) => {
    const opened = await openForTest(await make(`range-${fullRange}.mp4`, { fullRange, frames: 2 }))
    expect((await opened.tick()).fullRange).toBe(fullRange)
    await close(opened)
  })

  it.each([[90, 180, 320], [180, 320, 180], [270, 180, 320]] as const)('a clip to be turned %d degrees clockwise is %dx%d', async (rotation, displayWidth, displayHeight) => {
    const opened = await openForTest(await make(`turn-${rotation}.mp4`, { rotation, frames: 2 }))
    expect([(await opened.tick()).rotation, opened.clip.info.displayWidth, opened.clip.info.displayHeight]).toEqual([rotation, displayWidth, displayHeight])
    await close(opened)
  })

  it('reads a display matrix as a telephone held upright writes it', () => {
    // a = 0, b = 1, c = -1, d = 0: the picture's right-hand edge goes to the bottom.
    const matrix = Buffer.alloc(36)
    ;[0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30].forEach((value, i) => matrix.writeInt32LE(value, 4 * i))
    expect([rotationOf(matrix), rotationOf(null), rotationOf(Buffer.alloc(4))]).toEqual([90, 0, 0])
  })

  it('shows wide pixels wide', async () => {
    const opened = await openForTest(await make('wide.mp4', { pixelAspect: [4, 3], frames: 2 }))
    expect([(await opened.tick()).pixelAspect, opened.clip.info.displayWidth, opened.clip.info.displayHeight]).toEqual([4 / 3, 427, 180])
    await close(opened)
  })

  it('plays high dynamic range and says that it is not tone-mapped', async () => {
    const opened = await openForTest(await make('hdr.mp4', { pixelFormat: 'yuv420p10le', matrix: 'bt2020', transfer: 'pq', frames: 4 }), { showFps: 30 })
    expect(await opened.play(4)).toEqual(range(0, 4))
    expect(opened.statuses.at(-1)?.detail).toContain('HDR is shown without tone mapping')
    await close(opened)
  })
})

describe('a stream that changes', () => {
  it('goes on in a new ring when size and layout change on the way', async () => {
    // Two frames of decoding delay come before the first stream's beginning, as its muxer does not allow negative times.
    const startSeconds = 32 / 30
    const file = await make('change.ts', { width: 320, height: 180, frames: 30 })
    await appendFile(file, await readFile(await make('other.ts', { width: 426, height: 240, pixelFormat: 'yuv422p', frames: 30, startSeconds })))
    const opened = await openForTest(file, { showFps: 30 })
    const seen: string[] = []
    for (let n = 0; n < 90; n++) {
      const frame = await opened.tick()
      seen.push(`${frame.width}x${frame.height} ${frame.format} ${readFrameNumber(frame)}`)
    }
    const first = range(0, 30).map((n) => `320x180 yuv420p ${n}`)
    expect(seen).toEqual([...first, ...range(0, 30).map((n) => `426x240 yuv422p ${n}`), ...first])
    await close(opened)
  })
})

describe('hardware', () => {
  it.each(['auto', 'cuda', 'vaapi', 'qsv', 'videotoolbox', 'd3d11va'] as const)('%s plays, in software where there is no such device, and says which', async (hw) => {
    const file = join(dir, 'hw.mp4')
    await make('hw.mp4', { frames: 30 })
    const opened = await openForTest(file, { showFps: 30, hw })
    expect(await opened.play(60)).toEqual([...range(0, 30), ...range(0, 30)])
    const detail = opened.statuses.at(-1)?.detail ?? ''
    const { hw: used } = opened.clip.info
    if (used === 'none') expect(detail).toMatch(hw === 'auto' ? /decoded in software$/ : new RegExp(`decoded in software; ${hw} was asked for; ${hw}: .+`))
    else expect(detail).toContain(`decoded by ${used}`)
    expectNoFaults(opened)
    await close(opened)
  })
})
