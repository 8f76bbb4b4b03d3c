import type { Faults } from '../engine/guard.js'
import type { Output, PixelOutput, PixelView, WindowOutput } from '../engine/types.js'
import { createReadback } from '../gl/readback.js'
import type { Gpu, Readback, Target, WindowSurface } from '../gl/types.js'
import { createWindowSurface } from '../gl/window-surface.js'

/** A window's place to draw; made anew when the window was rebuilt. */
export interface Screen {
  readonly output: WindowOutput
  surface: WindowSurface | undefined
  nativeId: bigint
}

export interface Pixels {
  readonly output: PixelOutput
  readonly readback: Readback
  readonly take: (view: PixelView) => void
}

/** Where finished pictures go: windows are drawn into, other outputs get pixels that are read back. */
export interface Ends {
  readonly screens: readonly Screen[]
  readonly pixels: readonly Pixels[]
  /** Draws into a window, which may be closed or have been made anew. */
  present(screen: Screen, from: Target): void
  /** Hands over what has arrived and sends for the next; `wait` blocks where no more can be on its way. */
  read(to: Pixels, from: Target, n: number, wait: boolean): void
  /** Hands over all that is on its way, as the outputs have room. */
  flush(): Promise<void>
  close(): void
}

export const createEnds = (gpu: Gpu, outputs: readonly Output[], { guard }: Pick<Faults, 'guard'>): Ends => {
  const screens: Screen[] = outputs.filter((o) => o.kind === 'window').map((output) => ({ output, surface: undefined, nativeId: 0n }))
  const pixels: Pixels[] = outputs.filter((o) => o.kind === 'pixels').map((output) => ({
    output,
    readback: createReadback(gpu, { width: output.width, height: output.height, format: output.format, late: true }),
    take: (view) => { output.write(view) },
  }))
  return {
    screens,
    pixels,
    present(screen, from) {
      const { output } = screen
      if (!output.open || output.width === 0 || output.height === 0) return
      if (screen.nativeId !== output.nativeId) {
        screen.surface?.close()
        screen.surface = createWindowSurface(gpu, output.nativeId)
        screen.nativeId = output.nativeId
      }
      if (screen.surface?.present(from, output.width, output.height, output.fit, output.over) === false) {
        screen.surface.close()
        screen.surface = undefined
        screen.nativeId = 0n
      }
    },
    read({ readback, take }, from, n, wait) {
      readback.collect(take)
      if (!readback.issue(from, n) && wait) {
        readback.collect(take, true)
        readback.issue(from, n)
      }
    },
    async flush() {
      for (const { readback, take, output } of pixels) {
        for (let more = true; more && readback.pending > 0;) {
          // Several may be on their way to an output that has room for one.
          await output.ready()
          gpu.makeCurrent()
          more = guard(output.id, false, () => readback.collect(take, true))
        }
      }
    },
    close() {
      for (const { surface } of screens) surface?.close()
      for (const { readback } of pixels) readback.close()
    },
  }
}
