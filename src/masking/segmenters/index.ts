import { DoppelError } from '../../engine/error.js'
import { nearest } from '../../engine/nearest.js'
import type { SegmenterDecl } from '../types.js'
import { deaot } from './deaot.js'
import { doppel } from './doppel.js'
import { efficientsam } from './efficientsam.js'
import { nanotrack } from './nanotrack.js'
import { pphumanseg } from './pphumanseg.js'
import { rvm } from './rvm.js'
import { sam } from './sam.js'
import { sam2 } from './sam2.js'
import { sam2Track } from './sam2-track.js'
import { selfie } from './selfie.js'

/**
 * Every segmenter that runs a model, in the order lists show them. Where nobody says which, the first is taken that has its model and takes
 * what is given: people where nothing is clicked and there is a model for them, else Doppel's own.
 */
export const SEGMENTERS: readonly SegmenterDecl[] = [selfie, pphumanseg, rvm, doppel, sam2Track, sam2, sam, efficientsam, deaot, nanotrack]

/** @throws DoppelError for an unknown id, with the nearest one there is. */
export const segmenterById = (id: string): SegmenterDecl => {
  const found = SEGMENTERS.find((segmenter) => segmenter.id === id)
  if (found) return found
  const ids = SEGMENTERS.map((segmenter) => segmenter.id)
  const meant = nearest(id, ids)
  throw new DoppelError(`there is no segmenter "${id}"`, meant ? `did you mean "${meant}"?` : `the segmenters are ${ids.join(', ')}`)
}
