import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import type { WindowsReport } from './reports.js'

export const probeWindows = async (): Promise<WindowsReport> => {
  const folder = dirname(dirname(createRequire(import.meta.url).resolve('@nodegui/nodegui')))
  process.dlopen({ exports: {} }, join(folder, 'build/Release/qode-shim.node'), constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL)
  const { QApplication } = await import('@nodegui/nodegui')
  QApplication.instance()
  const screens = QApplication.screens().map((screen, index) => {
    const size = screen.geometry()
    return { index, name: screen.name(), width: size.width(), height: size.height(), refreshRate: Math.round(screen.refreshRate() * 100) / 100 }
  })
  return { platform: QApplication.platformName(), screens }
}
