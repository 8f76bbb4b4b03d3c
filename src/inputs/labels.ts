import { existsSync } from 'node:fs'
import { AV_PIX_FMT_GRAY8, AV_PIX_FMT_PAL8, AV_PIX_FMT_YA8 } from 'node-av/constants'
import { Frame } from 'node-av/lib'
import { DoppelError } from '../engine/error.js'
import { openImageReader } from './image-reader.js'

/** A picture whose every pixel says which subject it belongs to. */
export interface Labels {
  readonly width: number
  readonly height: number
  /** 0 none, else the subject from 1; top row first. */
  readonly data: Uint8Array
}

const MOST = 8

/**
 * Reads a picture of labels: grey levels or palette entries 1 to 8, each a subject, or a single grey level above (255, say) for one subject. Throws
 * a {@link DoppelError} for a picture that is none.
 */
export const readLabels = (path: string): Labels => {
  if (!existsSync(path)) throw new DoppelError(`there is no mask ${path}`, 'give a PNG whose grey levels 1 to 8 are the subjects')
  const reader = openImageReader({ path, files: [path], fps: 1, report: () => {} })
  const frame = new Frame()
  frame.alloc()
  try {
    if (Number.isNaN(reader.next(frame))) throw new DoppelError(`${path} cannot be read as a picture`, 'give a PNG whose grey levels 1 to 8 are the subjects')
    const { width, height, format } = frame
    const bytes = format === AV_PIX_FMT_YA8 ? 2 : 1
    if (format !== AV_PIX_FMT_GRAY8 && format !== AV_PIX_FMT_PAL8 && format !== AV_PIX_FMT_YA8) {
      throw new DoppelError(`${path} is in colour, and a mask of labels is grey or has a palette`, 'save it as an 8 bit grey PNG whose levels 1 to 8 are the subjects')
    }
    const plane = frame.data?.[0]
    const stride = frame.linesize[0] ?? 0
    const data = new Uint8Array(width * height)
    let most = 0
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
      const label = plane?.[y * stride + x * bytes] ?? 0
      data[y * width + x] = label
      most = Math.max(most, label)
    }
    // Black and white, perhaps with soft edges: one subject.
    if (most > MOST) for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) >= 128 ? 1 : 0
    if (most === 0) throw new DoppelError(`${path} is empty: no pixel belongs to a subject`, 'its grey levels 1 to 8 are the subjects')
    return { width, height, data }
  } finally {
    frame.free()
    reader.close()
  }
}
