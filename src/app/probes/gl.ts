import { openGpu } from '../../gl/context.js'
import type { GlReport } from './reports.js'

export const probeGl = (): GlReport => {
  const gpu = openGpu()
  gpu.makeCurrent()
  const maxTextureSize: unknown = gpu.gl.getParameter(gpu.gl.MAX_TEXTURE_SIZE)
  return { ...gpu.info, maxTextureSize: Number(maxTextureSize) }
}
