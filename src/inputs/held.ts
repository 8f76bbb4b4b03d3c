import { type AVPixelFormat } from 'node-av/constants'
import { avImageGetBufferSize, Frame } from 'node-av/lib'

/** A decoded picture kept in FFmpeg's own memory. */
export interface Held {
  readonly frame: Frame
  /** Media time, seconds. */
  readonly time: number
  readonly bytes: number
}

/** Recycled frame wrappers, so that playing allocates nothing. */
export interface FramePool {
  take(): Frame
  give(frame: Frame): void
  close(): void
}

export const createFramePool = (): FramePool => {
  const free: Frame[] = []
  return {
    take() {
      const frame = free.pop()
      if (frame) return frame
      const made = new Frame()
      made.alloc()
      return made
    },
    give(frame) {
      frame.unref()
      free.push(frame)
    },
    close() { for (const frame of free.splice(0)) frame.free() },
  }
}

/** Bytes of a picture's pixels, tightly packed. */
export const bytesOf = (frame: Frame): number => avImageGetBufferSize(frame.format as AVPixelFormat, frame.width, frame.height, 1)

/** How many bytes of decoded pictures a lane keeps. */
export interface LaneLimits {
  /** In all. */
  readonly total: number
  /** Pictures already passed while playing forwards. */
  readonly behind: number
  /** The same when the playhead is about to turn round. */
  readonly behindTurn: number
  /** Decoded ahead of the playhead, at most. */
  readonly ahead: number
}

// Few are kept behind: every picture that is held pushes others out of the processor's cache, which costs more than it saves.
export const LANE_LIMITS: LaneLimits = { total: 256 * 2 ** 20, behind: 8 * 2 ** 20, behindTurn: 128 * 2 ** 20, ahead: 64 * 2 ** 20 }
