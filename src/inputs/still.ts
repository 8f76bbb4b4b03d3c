import { Frame } from 'node-av/lib'
import { DoppelError } from '../engine/error.js'
import { openImageReader } from './image-reader.js'
import { createPictureCopier, shapeOf } from './picture.js'

/** Largest side of a picture that a shader imports, pixels. */
const MOST = 4096

/** RGBA bytes with straight alpha, bottom row first. */
export interface Still {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/** Decodes one picture in this thread: before the show. Throws a {@link DoppelError} when it cannot be read or has a side of more than 4096 pixels. */
export const readStill = (path: string): Still => {
  const reader = openImageReader({ path, files: [path], fps: 1, report: () => {} })
  const { width, height } = reader.facts
  const frame = new Frame()
  frame.alloc()
  const copier = createPictureCopier()
  try {
    if (width > MOST || height > MOST) throw new DoppelError(`${path} is ${width} x ${height} pixels: an imported picture has at most ${MOST} a side`, 'make it smaller')
    reader.seek(0)
    if (Number.isNaN(reader.next(frame))) throw new DoppelError(`${path} cannot be read as a picture`, 'it may be damaged; save it anew')
    const down = Buffer.alloc(width * height * 4)
    copier.copy(frame, { ...shapeOf(frame, reader.facts.look), format: 'rgba' }, down)
    const rgba = new Uint8Array(down.length)
    for (let y = 0; y < height; y++) rgba.set(down.subarray(y * width * 4, (y + 1) * width * 4), (height - 1 - y) * width * 4)
    return { width, height, rgba }
  } finally {
    copier.close()
    frame.free()
    reader.close()
  }
}
