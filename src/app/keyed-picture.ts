import type { Moment } from '../engine/effect.js'
import { createKey, type KeyOptions } from '../gl/keys/key.js'
import type { Drawn, Gpu } from '../gl/types.js'

/** A source's picture on the canvas with the mask of a key. */
export interface KeyedPicture {
  /** The picture as drawn, keyed: the same object every time, with a new `seq` when its pixels are new. Nothing is allocated. */
  show(drawn: Drawn, moment: Moment): Drawn
  /** Forgets earlier pictures: after a cut, or when the source opens anew. */
  reset(): void
  close(): void
}

/** Allocates everything the key needs. Throws a {@link DoppelError} for a key that is not there, or when memory is short. */
export const createKeyedPicture = (gpu: Gpu, options: KeyOptions): KeyedPicture => {
  const key = createKey(gpu, options)
  let shown: { -readonly [K in keyof Drawn]: Drawn[K] } | undefined
  return {
    show({ colour, seq }, moment) {
      const keyed = key.draw(colour, seq, moment)
      // A mask that the picture brought, however many subjects it holds, gives way to the key's.
      shown ??= { colour: keyed.colour, mask: keyed.mask, subjects: undefined, layers: undefined, seq: keyed.seq }
      shown.colour = keyed.colour
      shown.mask = keyed.mask
      shown.seq = keyed.seq
      return shown
    },
    reset() { key.reset() },
    close() { key.close() },
  }
}
