import koffi from 'koffi'

/**
 * Xlib ends the process when the X server refuses a request, such as drawing into a window that was closed a moment ago.
 * This makes it carry on: the EGL call that made the request then fails by its return value. The handler must be plain C,
 * because drivers may call it on threads of their own where no JavaScript can run; `getpid` ignores what it is given, and
 * Xlib ignores what it returns. Does nothing where there is no Xlib. A server that dies altogether still ends the process.
 */
export const ignoreXErrors = (): void => {
  if (process.platform !== 'linux') return
  try {
    const harmless = koffi.load('libc.so.6').symbol('getpid') as bigint
    koffi.load('libX11.so.6').func('void *XSetErrorHandler(void *handler)')(harmless)
  } catch {
    // Without Xlib there are no X windows to lose.
  }
}
