import { messageOf } from '../engine/error.js'
import type { ClipInfo } from '../engine/types.js'
import { findMaterial } from './clip-path.js'

/**
 * What a clip, still or sequence is, for the command line: decodes one picture in the calling thread (tens of
 * milliseconds; never while a show runs). Rejects with a {@link DoppelError} as `openClip` does.
 */
export const probeClip = async (path: string, fps = 25): Promise<ClipInfo> => {
  const material = await findMaterial(path, fps)
  const [{ AV_LOG_QUIET }, { Frame, Log }, { infoOf, openReader }, { shapeOf }] = await Promise.all([import('node-av/constants'), import('node-av/lib'), import('./clip-facts.js'), import('./picture.js')])
  Log.setLevel(AV_LOG_QUIET)
  const reader = openReader(material, 'none', () => {})
  const frame = new Frame()
  frame.alloc()
  try {
    reader.next(frame)
    return infoOf(path, reader, shapeOf(frame, reader.facts.look))
  } finally {
    frame.free()
    reader.close()
  }
}

/** A camera as the system names it. */
export interface Camera {
  readonly name: string
  readonly description: string
  readonly isDefault: boolean
}

/** The cameras of this machine; none with the `reason` when they cannot be listed. */
export interface Cameras {
  readonly cameras: readonly Camera[]
  readonly reason: string
}

/** Lists cameras. Never fails. */
export const listCameras = async (): Promise<Cameras> => {
  try {
    const { Device } = await import('node-av/lib')
    const found = await Device.list()
    const cameras = found.filter(({ type }) => type === 'video').map(({ name, description, isDefault }) => ({ name, description, isDefault }))
    return { cameras, reason: cameras.length > 0 ? '' : 'no camera is connected, or none may be read by this user' }
  } catch (thrown) {
    return { cameras: [], reason: `cameras cannot be listed here: ${messageOf(thrown)}` }
  }
}
