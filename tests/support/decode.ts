import { createHash } from 'node:crypto'
import { Decoder, Demuxer, type Frame, type Stream } from 'node-av'
import { readFrameNumber } from './clips.js'

export interface Decoded {
  readonly frames: number
  readonly width: number
  readonly height: number
  readonly fps: number
  /** Numbers drawn by `bars`, of 8 bit 4:2:0 pictures. */
  readonly numbers: readonly number[]
  /** Presentation times, seconds. */
  readonly times: readonly number[]
  /** Hash of every decoded luma byte. */
  readonly hash: string
  /** Seconds of decoded sound; 0 without. */
  readonly audioSeconds: number
}

const framesOf = function* (demuxer: Demuxer, stream: Stream): Generator<Frame> {
  const decoder = Decoder.createSync(stream)
  try {
    for (const frame of decoder.framesSync(demuxer.packetsSync(stream.index))) {
      if (!frame) continue
      yield frame
      frame.free()
    }
  } finally {
    decoder.close()
  }
}

const numberOf = (frame: Frame, luma: Buffer): number =>
  readFrameNumber({
    kind: 'frame', format: 'gray', width: frame.width, height: frame.height, matrix: 'bt709', fullRange: false, rotation: 0, pixelAspect: 1, seq: 0, capturedAt: 0, mediaTime: 0,
    planes: [{ data: luma, width: frame.width, height: frame.height, stride: frame.linesize[0] ?? 0 }],
  })

const soundSeconds = (path: string): number => {
  const demuxer = Demuxer.openSync(path)
  try {
    const stream = demuxer.audio()
    if (!stream) return 0
    let samples = 0
    for (const frame of framesOf(demuxer, stream)) samples += frame.nbSamples
    return samples / stream.codecpar.sampleRate
  } finally {
    demuxer.closeSync()
  }
}

/** Decodes a whole file from the start, as any player would; throws when that fails. */
export const decodeAll = (path: string): Decoded => {
  const demuxer = Demuxer.openSync(path)
  const hash = createHash('sha256')
  const numbers: number[] = []
  const times: number[] = []
  try {
    const stream = demuxer.video()
    if (!stream) throw new Error(`${path} has no video`)
    const { width, height } = stream.codecpar
    for (const frame of framesOf(demuxer, stream)) {
      const luma = frame.data?.[0]
      if (!luma) throw new Error('a frame without pixels')
      const stride = frame.linesize[0] ?? 0
      for (let y = 0; y < height; y++) hash.update(luma.subarray(y * stride, y * stride + width))
      numbers.push(numberOf(frame, luma))
      times.push((Number(frame.pts) * stream.timeBase.num) / stream.timeBase.den)
    }
    const rate = stream.avgFrameRate
    return { frames: numbers.length, width, height, fps: rate.num / rate.den, numbers, times, hash: hash.digest('hex'), audioSeconds: soundSeconds(path) }
  } finally {
    demuxer.closeSync()
  }
}

/** Luma of a file's first picture, row by row. */
export const firstLuma = (path: string): { readonly width: number; readonly height: number; readonly luma: Uint8Array } => {
  const demuxer = Demuxer.openSync(path)
  try {
    const stream = demuxer.video()
    if (!stream) throw new Error(`${path} has no picture`)
    for (const frame of framesOf(demuxer, stream)) {
      const { width, height } = frame
      const [plane, stride = 0] = [frame.data?.[0], frame.linesize[0]]
      const luma = new Uint8Array(width * height)
      for (let y = 0; plane && y < height; y++) luma.set(plane.subarray(y * stride, y * stride + width), y * width)
      return { width, height, luma }
    }
    throw new Error(`${path} has no picture`)
  } finally {
    demuxer.closeSync()
  }
}
