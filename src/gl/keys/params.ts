import { float } from '../../engine/params.js'

/** What every key has for its edge. */
export const edges = (despeckle: number) => ({
  choke: float(-0.02, 0.02, 0, 'Choke, inwards above 0 (picture heights)'),
  despeckle: float(0, 0.05, despeckle, 'Islands and holes narrower than this go (picture heights)'),
})
