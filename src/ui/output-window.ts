import { BehaviorSubject, Subject } from 'rxjs'
import type { Fault, Fit, Page, Status, WindowOutput } from '../engine/types.js'
import type { Ui } from './app.js'
import { paintSheet, type Sheet } from './sheet.js'
import { isThere, placeWindow, type DisplayInfo } from './place.js'

/** A key pressed in a window: `name` is lower case (`b`, `space`, `escape`, `left`), `text` what it types. */
export interface WindowKey {
  readonly name: string
  readonly text: string
}

/** A place clicked in a window: parts of it, from its top left. */
export interface WindowClick {
  readonly x: number
  readonly y: number
  /** Size of the window's picture area, pixels. */
  readonly width: number
  readonly height: number
  readonly button: 'left' | 'right' | 'middle'
}

export interface WindowOptions {
  readonly id: string
  readonly title: string
  /** Size of the windowed form, in the window system's units. */
  readonly width: number
  readonly height: number
  readonly fit: Fit
  readonly fullscreen: boolean
  /** Display by number (from 0) or name; the window goes there, and back there when it was unplugged and returns. */
  readonly display?: string
  readonly onKey?: (key: WindowKey) => void
  readonly onClick?: (click: WindowClick) => void
  readonly onClose?: () => void
}

export interface OutputWindow extends WindowOutput {
  readonly fullscreen: boolean
  setFullscreen(on: boolean): void
  /** Shows this over the picture, or (undefined) takes it away; false where it cannot be painted. Esc takes it away, too. */
  show(sheet: Sheet | undefined): boolean
  /** What is shown. */
  readonly shown: Sheet | undefined
}

/** How often a window looks whether its display is still there, in reads of its size (once per tick). */
const LOOK_EVERY = 30

/** Opens a window the GPU presents into. F enters fullscreen and leaves it, Esc takes away what is shown over the picture or leaves fullscreen, and is told. */
export const openOutputWindow = (ui: Ui, options: WindowOptions): OutputWindow => {
  const { QWidget, QKeyEvent, QMouseEvent, WidgetAttribute, WidgetEventTypes, CursorShape, Key, MouseButton } = ui.nodegui
  const status$ = new BehaviorSubject<Status>({ unit: options.id, state: 'starting', detail: options.title })
  const fault$ = new Subject<Fault>()
  const widget = new QWidget()
  // Qt leaves the pixels to us: a native window of its own, no backing store, no paint events.
  widget.setUpdatesEnabled(false)
  for (const attribute of [WidgetAttribute.WA_NativeWindow, WidgetAttribute.WA_PaintOnScreen, WidgetAttribute.WA_NoSystemBackground, WidgetAttribute.WA_OpaquePaintEvent]) widget.setAttribute(attribute, true)
  widget.setWindowTitle(options.title)

  // Backwards, so that of two names the first is kept: Qt calls the space bar `Key_Any` too.
  const names = new Map<number, string>(Object.entries(Key).reverse().flatMap(([name, code]) => (typeof code === 'number' ? [[code, name.replace(/^Key_/, '').toLowerCase()] as const] : [])))
  const screens = () => ui.displays()
  // Numbers shift when a display is unplugged; its name is how it is known again.
  const home = isThere(screens(), options.display) && options.display !== undefined ? placeWindow(screens(), options.display)?.name : options.display
  let open = true
  let fullscreen = options.fullscreen
  let away = false
  let reads = 0
  let on: DisplayInfo | undefined

  /** What is shown, as it was painted for the window's size. */
  let shown: { readonly sheet: Sheet; readonly page: Page; readonly width: number; readonly height: number } | undefined
  const sizeNow = () => [Math.round(widget.width() * (on?.scale ?? 1)), Math.round(widget.height() * (on?.scale ?? 1))] as const
  const show = (sheet: Sheet | undefined): boolean => {
    const [width, height] = sizeNow()
    const page = sheet && paintSheet(ui, sheet, [width, height])
    shown = page && { sheet, page, width, height }
    return sheet === undefined || page !== undefined
  }
  const over = (): Page | undefined => {
    if (!shown) return undefined
    const [width, height] = sizeNow()
    // Another size wants other letters: scaled ones are hard to read.
    if (width !== shown.width || height !== shown.height) show(shown.sheet)
    return shown?.page
  }

  const place = () => {
    const displays = screens()
    on = placeWindow(displays, home)
    away = !isThere(displays, home)
    if (!on) return
    // Geometry is set in both forms: without a window manager nobody else would.
    if (fullscreen) {
      widget.setGeometry(on.x, on.y, on.width, on.height)
      widget.showFullScreen()
      widget.setGeometry(on.x, on.y, on.width, on.height)
      widget.setCursor(CursorShape.BlankCursor)
    } else {
      const shrink = Math.min(1, on.width / options.width, on.height / options.height)
      const [w, h] = [Math.round(options.width * shrink), Math.round(options.height * shrink)]
      widget.showNormal()
      widget.setGeometry(on.x + Math.round((on.width - w) / 2), on.y + Math.round((on.height - h) / 2), w, h)
      widget.setCursor(CursorShape.ArrowCursor)
    }
    widget.activateWindow()
    widget.setFocus()
    status$.next({ unit: options.id, state: 'running', detail: `${fullscreen ? 'fullscreen' : 'window'} on ${on.name}` })
  }
  /** Whether displays came or went since the window was placed. */
  const look = () => {
    const displays = screens()
    if (displays.length === 0) return
    const gone = !displays.some(({ name }) => name === on?.name)
    const back = away && isThere(displays, home)
    if (!gone && !back) return
    fault$.next({
      unit: options.id, count: 1, hint: back ? '' : 'plug it in again and the picture goes back there',
      message: back ? 'the display is back' : `the display ${on?.name ?? ''} is gone: the picture moves to another`,
    })
    place()
  }
  const setFullscreen = (wanted: boolean) => {
    if (wanted === fullscreen) return
    fullscreen = wanted
    place()
  }

  let releasedKey = -1
  let releasedAt = -1
  widget.addEventListener(WidgetEventTypes.KeyRelease, (native) => {
    if (!native) return
    const event = new QKeyEvent(native)
    releasedKey = event.key()
    releasedAt = event.timestamp()
  })
  widget.addEventListener(WidgetEventTypes.KeyPress, (native) => {
    if (!native) return
    const event = new QKeyEvent(native)
    // A key held down is pressed once: blackout must not flicker. X repeats it as releases and presses of one moment, which Qt takes
    // for a finger's where a busy machine brings them apart.
    if (event.isAutoRepeat() || (event.key() === releasedKey && event.timestamp() === releasedAt)) return
    const key = { name: names.get(event.key()) ?? '', text: event.text() }
    if (key.name === 'f') setFullscreen(!fullscreen)
    else {
      if (key.name === 'escape' && shown) shown = undefined
      else if (key.name === 'escape') setFullscreen(false)
      options.onKey?.(key)
    }
  })
  const buttons = new Map<number, WindowClick['button']>([[MouseButton.LeftButton, 'left'], [MouseButton.RightButton, 'right'], [MouseButton.MiddleButton, 'middle']])
  const click = (native: ConstructorParameters<typeof QMouseEvent>[0] | undefined) => {
    if (!native) return
    const event = new QMouseEvent(native)
    const button = buttons.get(event.button())
    const [width, height] = [widget.width(), widget.height()]
    // The middle of the pixel.
    if (button && width > 0 && height > 0) options.onClick?.({ x: (event.x() + 0.5) / width, y: (event.y() + 0.5) / height, width, height, button })
  }
  widget.addEventListener(WidgetEventTypes.MouseButtonPress, click)
  // Of two quick clicks the second comes as a double click.
  widget.addEventListener(WidgetEventTypes.MouseButtonDblClick, click)
  widget.addEventListener(WidgetEventTypes.Close, () => {
    if (!open) return
    open = false
    status$.next({ unit: options.id, state: 'closed', detail: '' })
    options.onClose?.()
  })
  place()
  ui.pump()

  return {
    kind: 'window',
    id: options.id,
    status$,
    fault$,
    fit: options.fit,
    get nativeId() { return BigInt(widget.winId()) },
    get width() {
      if (open && ++reads % LOOK_EVERY === 0) look()
      return open && widget.isVisible() && !widget.isMinimized() ? Math.round(widget.width() * (on?.scale ?? 1)) : 0
    },
    get height() { return open && widget.isVisible() ? Math.round(widget.height() * (on?.scale ?? 1)) : 0 },
    get open() { return open },
    get fullscreen() { return fullscreen },
    setFullscreen,
    show,
    get shown() { return shown?.sheet },
    get over() { return over() },
    close() {
      open = false
      widget.close()
      ui.pump()
      status$.next({ unit: options.id, state: 'closed', detail: '' })
      return Promise.resolve()
    },
  }
}
