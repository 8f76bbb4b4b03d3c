import type * as NodeGuiModule from '@nodegui/nodegui'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { DoppelError, messageOf } from '../engine/error.js'
import type { DisplayInfo } from './place.js'

/** NodeGui's module, loaded when a window is first asked for: without Qt everything else still runs. */
export type NodeGui = typeof NodeGuiModule

export interface Ui {
  readonly nodegui: NodeGui
  /** Lets Qt handle what has happened: input, moves, closes. Once per tick. */
  pump(): void
  /** The screens there are now. */
  displays(): DisplayInfo[]
  close(): void
}

const HINT = 'run npm run setup again to build the window system, or use --headless; npx doppel doctor tells more'

let opened: Ui | undefined

/**
 * Loads Qt into this process (once; later calls give the same). Throws a {@link DoppelError} when NodeGui or Qt is missing. The
 * shim stands in for the three symbols of Qode, the Node fork that NodeGui is made for (src/native/qode-shim.cc).
 */
export const openUi = (): Ui => {
  if (opened) return opened
  const require = createRequire(import.meta.url)
  // Qt's own remarks are for programmers; what a performer must know comes as a Fault.
  process.env['QT_LOGGING_RULES'] ??= 'default.warning=false'
  let nodegui: NodeGui
  try {
    const shim = join(dirname(require.resolve('@nodegui/nodegui/package.json')), 'build', 'Release', 'qode-shim.node')
    process.dlopen({ exports: {} }, shim, constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL)
    nodegui = require('@nodegui/nodegui') as NodeGui
  } catch (thrown) {
    throw new DoppelError(`windows cannot be opened here: ${messageOf(thrown).split('\n')[0] ?? ''}`, HINT, { cause: thrown })
  }
  const { QApplication } = nodegui
  const app = QApplication.instance()
  // Closing the last window must not end the process: a show may go on into a file.
  app.setQuitOnLastWindowClosed(false)
  opened = {
    nodegui,
    pump: () => app.processEvents(),
    displays: () => QApplication.screens().map((screen) => {
      const rect = screen.geometry()
      return { name: screen.name(), x: rect.left(), y: rect.top(), width: rect.width(), height: rect.height(), scale: screen.devicePixelRatio() }
    }),
    close: () => app.processEvents(),
  }
  return opened
}
