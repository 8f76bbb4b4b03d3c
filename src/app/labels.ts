import { readLabels as readPicture } from '../inputs/labels.js'
import { MOST_SUBJECTS, type Seed } from '../masking/types.js'

/** Each subject of a picture of labels (from 0), as the mask that seeds it. */
export const readLabels = (path: string): ReadonlyMap<number, NonNullable<Seed['mask']>> => {
  const { width, height, data } = readPicture(path)
  const masks = new Map<number, { width: number; height: number; data: Uint8Array }>()
  for (let i = 0; i < data.length; i++) {
    const label = data[i] ?? 0
    if (label === 0 || label > MOST_SUBJECTS) continue
    const mask = masks.get(label - 1) ?? { width, height, data: new Uint8Array(data.length) }
    masks.set(label - 1, mask)
    mask.data[i] = 255
  }
  return masks
}
