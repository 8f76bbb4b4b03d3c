import koffi from 'koffi'
import { DoppelError } from '../engine/error.js'
import { angleLibrary } from './angle.js'
import { ignoreXErrors } from './x-errors.js'

/** An EGL surface: an address, 0n for none. */
export type EglSurface = bigint

/** EGL on the context that was current on this thread when it was opened. Nothing here throws. */
export interface Egl {
  /** Makes the context current on a surface, or on its own when none is named. Costs under a microsecond when it is so already. */
  makeCurrent(surface?: EglSurface): boolean
  /** A surface on a native window (X11 window id, HWND, CALayer pointer), or 0n when the window cannot be drawn into. */
  createWindowSurface(nativeId: bigint): EglSurface
  /** Size in pixels, as EGL knows it. */
  surfaceSize(surface: EglSurface): readonly [width: number, height: number]
  /** Shows what was drawn, at once (no wait for the screen's refresh); false when the window is gone. */
  swap(surface: EglSurface): boolean
  destroySurface(surface: EglSurface): void
  /** The last call's error in words; clears it. */
  error(): string
}

const CONFIG_ID = 0x3028
const DRAW = 0x3059
const NONE = 0x3038
const [WIDTH, HEIGHT] = [0x3057, 0x3056]
const ERRORS: Readonly<Record<number, string>> = {
  0x3000: 'no error', 0x3003: 'out of memory', 0x3005: 'bad config', 0x3007: 'the surface is not valid', 0x3008: 'the display is gone',
  0x3009: 'surface and context do not match', 0x300b: 'the native window is not valid', 0x300d: 'the surface is gone', 0x300e: 'the context was lost',
}

/**
 * Takes over the EGL context that is current on this thread. Throws a DoppelError when there is none, or no config of
 * that context can be found.
 */
export const openEgl = (): Egl => {
  const lib = koffi.load(angleLibrary('libEGL'))
  const f = {
    context: lib.func('uintptr_t eglGetCurrentContext()'),
    display: lib.func('uintptr_t eglGetCurrentDisplay()'),
    surface: lib.func('uintptr_t eglGetCurrentSurface(int which)'),
    queryContext: lib.func('int eglQueryContext(uintptr_t display, uintptr_t context, int name, _Out_ int *value)'),
    querySurface: lib.func('int eglQuerySurface(uintptr_t display, uintptr_t surface, int name, _Out_ int *value)'),
    chooseConfig: lib.func('int eglChooseConfig(uintptr_t display, int32_t *wanted, uintptr_t *found, int room, _Out_ int *count)'),
    create: lib.func('uintptr_t eglCreateWindowSurface(uintptr_t display, uintptr_t config, uintptr_t window, int32_t *attributes)'),
    makeCurrent: lib.func('int eglMakeCurrent(uintptr_t display, uintptr_t draw, uintptr_t read, uintptr_t context)'),
    interval: lib.func('int eglSwapInterval(uintptr_t display, int interval)'),
    swap: lib.func('int eglSwapBuffers(uintptr_t display, uintptr_t surface)'),
    destroy: lib.func('int eglDestroySurface(uintptr_t display, uintptr_t surface)'),
    error: lib.func('int eglGetError()'),
  }
  const address = (value: unknown): bigint => BigInt(value as number | bigint)
  const [display, context, own] = [address(f.display()), address(f.context()), address(f.surface(DRAW))]
  const error = () => {
    const code = Number(f.error())
    return ERRORS[code] ?? `EGL error 0x${code.toString(16)}`
  }
  const id = [0]
  const found = new BigUint64Array(1)
  const count = [0]
  if (context === 0n || !f.queryContext(display, context, CONFIG_ID, id) || !f.chooseConfig(display, new Int32Array([CONFIG_ID, id[0] ?? 0, NONE]), found, 1, count) || count[0] !== 1) {
    throw new DoppelError(`the graphics context could not be reached: ${error()}`, 'run npx doppel doctor')
  }
  const config = found[0] ?? 0n
  // A window the performer closes between two calls must not end the process.
  ignoreXErrors()
  const side = [0]
  const size = (surface: EglSurface, name: number) => (f.querySurface(display, surface, name, side) ? side[0] ?? 0 : 0)
  const makeCurrent = (surface = own) => f.makeCurrent(display, surface, surface, context) !== 0
  return {
    makeCurrent,
    createWindowSurface(nativeId) {
      const surface = address(f.create(display, config, nativeId, null))
      if (surface === 0n) return 0n
      if (makeCurrent(surface)) f.interval(display, 0)
      makeCurrent()
      return surface
    },
    surfaceSize: (surface) => [size(surface, WIDTH), size(surface, HEIGHT)],
    swap: (surface) => f.swap(display, surface) !== 0,
    destroySurface(surface) {
      f.destroy(display, surface)
    },
    error,
  }
}
