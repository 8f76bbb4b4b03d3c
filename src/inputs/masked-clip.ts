import { merge } from 'rxjs'
import type { ClipSource } from '../engine/types.js'
import { openClip, type ClipOptions } from './clip.js'

/** Pictures a second of a mask beside a still, which has no rate of its own. */
const STILL_FPS = 25

/**
 * Opens a clip and the mask beside it (a clip, numbered pictures or a folder of them; one picture for each of the clip's).
 * Both play by one playhead, so that whatever is done to the clip is done to its mask. Rejects as `openClip` does.
 */
export const openMaskedClip = async (path: string, maskPath: string, options: ClipOptions): Promise<ClipSource> => {
  const clip = await openClip(path, options)
  const opening = openClip(maskPath, { ...options, id: `${options.id} mask`, fps: clip.info.fps > 0 ? clip.info.fps : STILL_FPS, follow: clip.transport })
  const mask = await opening.catch(async (thrown: unknown) => {
    await clip.close()
    throw thrown
  })
  return {
    id: clip.id,
    info: clip.info,
    controls: clip.controls,
    status$: clip.status$,
    fault$: merge(clip.fault$, mask.fault$),
    mask,
    get decodeMs() { return clip.decodeMs },
    advance(tick) {
      clip.advance(tick)
      mask.advance(tick)
    },
    latest: () => clip.latest(),
    async settle() {
      await clip.settle()
      await mask.settle()
    },
    async close() {
      await Promise.all([clip.close(), mask.close()])
    },
  }
}
