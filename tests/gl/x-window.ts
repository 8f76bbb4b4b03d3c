import koffi from 'koffi'

/** A bare X11 window, to present into and to look at what an audience would see. */
export interface XWindow {
  readonly id: bigint
  resize(width: number, height: number): void
  /** What the window shows, 0xrrggbb, counted from the top left. */
  pixel(x: number, y: number): number
  /** Closes the window, as a performer or a window manager would. */
  destroy(): void
}

/** Opens a window `left` pixels from the screen's left edge. */
export const openXWindow = (width: number, height: number, left = 0): XWindow => {
  const x = koffi.load('libX11.so.6')
  const f = {
    open: x.func('void *XOpenDisplay(const char *name)'),
    root: x.func('unsigned long XDefaultRootWindow(void *display)'),
    create: x.func('unsigned long XCreateSimpleWindow(void *display, unsigned long parent, int x, int y, unsigned int w, unsigned int h, unsigned int border, unsigned long edge, unsigned long back)'),
    map: x.func('int XMapWindow(void *display, unsigned long window)'),
    resize: x.func('int XResizeWindow(void *display, unsigned long window, unsigned int w, unsigned int h)'),
    sync: x.func('int XSync(void *display, int discard)'),
    image: x.func('void *XGetImage(void *display, unsigned long window, int x, int y, unsigned int w, unsigned int h, unsigned long planes, int format)'),
    getPixel: x.func('unsigned long XGetPixel(void *image, int x, int y)'),
    destroyImage: x.func('int XDestroyImage(void *image)'),
    destroy: x.func('int XDestroyWindow(void *display, unsigned long window)'),
  }
  const display: unknown = f.open(null)
  const id: unknown = f.create(display, f.root(display), left, 0, width, height, 0, 0, 0)
  f.map(display, id)
  f.sync(display, 0)
  return {
    id: BigInt(id as number | bigint),
    resize(w, h) {
      f.resize(display, id, w, h)
      f.sync(display, 0)
    },
    pixel(px, py) {
      const image: unknown = f.image(display, id, px, py, 1, 1, 0xffffff, 2)
      const value = Number(f.getPixel(image, 0, 0))
      f.destroyImage(image)
      return value & 0xffffff
    },
    destroy() {
      f.destroy(display, id)
      f.sync(display, 0)
    },
  }
}
