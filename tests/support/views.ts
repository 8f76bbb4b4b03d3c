import { Decoder, Demuxer } from 'node-av'
import type { View } from '../../src/masking/types.js'

/** Pictures of an H.264 clip as a segmenter gets them, at the clip's own size, without any GPU (BT.601, limited range). */
export const viewsOf = function* (path: string, most = Infinity): Generator<View> {
  const demuxer = Demuxer.openSync(path)
  try {
    const stream = demuxer.video()
    if (!stream) throw new Error(`${path} has no video`)
    const decoder = Decoder.createSync(stream)
    try {
      let seq = 0
      for (const frame of decoder.framesSync(demuxer.packetsSync(stream.index))) {
        if (!frame) continue
        const [luma, blue, red] = frame.data ?? []
        if (!luma || !blue || !red) throw new Error('a frame without planes')
        const { width, height } = frame
        const data = new Uint8ClampedArray(width * height * 4)
        const [strideY = 0, strideC = 0] = frame.linesize
        for (let y = 0, i = 0; y < height; y++) {
          for (let x = 0; x < width; x++, i += 4) {
            const c = (y >> 1) * strideC + (x >> 1)
            const [l, u, v] = [1.164 * ((luma[y * strideY + x] ?? 0) - 16), (blue[c] ?? 0) - 128, (red[c] ?? 0) - 128]
            data[i] = l + 1.596 * v
            data[i + 1] = l - 0.392 * u - 0.813 * v
            data[i + 2] = l + 2.017 * u
            data[i + 3] = 255
          }
        }
        frame.free()
        yield { width, height, data: new Uint8Array(data.buffer), seq, capturedAt: (seq * 1000) / 24, dt: seq === 0 ? 0 : 1 / 24 }
        if (++seq >= most) return
      }
    } finally {
      decoder.close()
    }
  } finally {
    demuxer.closeSync()
  }
}
