import { BehaviorSubject, NEVER } from 'rxjs'
import { DoppelError } from '../engine/error.js'
import type { PixelOutput, PixelView, Status } from '../engine/types.js'

export interface MemoryOptions {
  readonly id: string
  readonly width: number
  readonly height: number
  readonly format: PixelView['format']
}

export interface MemoryOutput extends PixelOutput {
  /** The picture written last, in memory of its own (overwritten by the next `write`); undefined before the first. */
  last(): PixelView | undefined
  /** Pictures taken so far. */
  readonly written: number
}

/** Bytes of one tightly packed picture. */
export const pictureBytes = (format: PixelView['format'], width: number, height: number): number =>
  format === 'rgba' ? width * height * 4 : width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1)

/** Throws a {@link DoppelError} unless the picture is exactly what the output was opened for. */
export const checkPicture = (output: MemoryOptions, { format, width, height, data }: PixelView): void => {
  const bytes = pictureBytes(output.format, output.width, output.height)
  if (format === output.format && width === output.width && height === output.height && data.length === bytes) return
  throw new DoppelError(
    `the output ${output.id} takes ${output.format} pictures of ${output.width}x${output.height} (${bytes} bytes), not ${format} of ${width}x${height} (${data.length} bytes)`,
  )
}

/** Keeps the newest picture: what tests look at, and the output of runs that only measure. Allocates once. */
export const openMemory = (options: MemoryOptions): MemoryOutput => {
  const { id, width, height, format } = options
  const data = new Uint8Array(pictureBytes(format, width, height))
  const kept = { width, height, format, data, tick: -1 }
  const status = new BehaviorSubject<Status>({ unit: id, state: 'running', detail: `keeps the newest ${width}x${height} picture` })
  let written = 0
  return {
    kind: 'pixels', id, width, height, format, dropped: 0,
    status$: status,
    fault$: NEVER,
    get written() { return written },
    write(view) {
      checkPicture(options, view)
      data.set(view.data)
      kept.tick = view.tick
      written += 1
    },
    last: () => (written > 0 ? kept : undefined),
    ready: () => Promise.resolve(),
    close() {
      if (status.value.state !== 'closed') status.next({ unit: id, state: 'closed', detail: `${written} pictures` })
      status.complete()
      return Promise.resolve()
    },
  }
}
