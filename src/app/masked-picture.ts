import type { MaskLook } from '../engine/look.js'
import type { Fit, Picture } from '../engine/types.js'
import { mapToStored, placeOn, type Mapping } from '../gl/fit.js'
import { createCarrier } from '../gl/matte/carrier.js'
import { createCleanEdge } from '../gl/matte/clean-edge.js'
import { createMatte } from '../gl/matte/matte.js'
import { createPictureRing } from '../gl/matte/picture-ring.js'
import type { Drawn, Gpu, Target } from '../gl/types.js'
import type { MaskView } from '../masking/types.js'
import { createJumps } from './jumps.js'
import { uprightOf } from './pick.js'
import { createOwned } from '../gl/owned.js'

/** A source's picture on the canvas with its live masks. */
export interface MaskedPicture {
  /** What to show for this tick: the newest picture as drawn, or the one the masks describe. Nothing is allocated. */
  show(drawn: Drawn, picture: Picture, masks: MaskView | undefined, look: MaskLook): Drawn
  /** How old the masks are that were shown last, against the picture they were shown with. */
  readonly ageFrames: number
  readonly ageMs: number
  close(): void
}

export interface MaskedPictureOptions {
  /** The canvas, pixels. */
  readonly width: number
  readonly height: number
  readonly fit: Fit
  /** Most subjects. */
  readonly most: number
}

/** Pictures kept to be shown with masks that come late: at 30 a second, half a second. */
const KEPT = 16
/** Motion is trusted for so long; then the mask is held. */
const CARRY_MS = 100

/** Allocates everything for all three ways of alignment: going from one to another costs nothing. */
export const createMaskedPicture = (gpu: Gpu, { width, height, fit, most }: MaskedPictureOptions): MaskedPicture => {
  const { keep, all, close } = createOwned()
  const build = () => ({
    ring: keep(createPictureRing(gpu, { width, height, count: KEPT })),
    matte: keep(createMatte(gpu, { width, height, most })),
    carrier: keep(createCarrier(gpu, { width, height, most })),
    cleanEdge: keep(createCleanEdge(gpu, { width, height })),
  })
  const built = all(build)
  const { ring, matte, carrier, cleanEdge } = built

  let mapping: Mapping | undefined
  let mappedFor = ''
  const place = (picture: Picture, masks: MaskView): Mapping => {
    const { width: w, height: h } = uprightOf(picture)
    const key = `${w} ${h} ${masks.width} ${masks.height}`
    if (!mapping || key !== mappedFor) {
      mapping = mapToStored(masks, placeOn({ width: w, height: h }, width, height, fit))
      mappedFor = key
    }
    return mapping
  }
  const counts = Array.from({ length: most + 1 }, (_, count) => ({ count, packed: 'layers' as const }))
  let shown: { -readonly [K in keyof Omit<Drawn, 'cutout'>]: Drawn[K] } & Pick<Drawn, 'cutout'> | undefined
  let clean = 0
  let cleaned: Target | undefined
  let cleanedFor = Number.NaN
  let cleanedBy = 0
  /** Most effects have no use for it: drawn at the first that asks. */
  const cutout = (): Target | undefined => {
    if (!shown?.layers || clean === 0 || matte.count === 0) return shown?.colour
    if (cleanedFor !== shown.seq || cleanedBy !== clean) cleaned = cleanEdge.draw(shown.colour, shown.layers, matte.count, clean)
    cleanedFor = shown.seq
    cleanedBy = clean
    return cleaned
  }
  let lastSeq = Number.NaN
  const jumps = createJumps()
  let ageFrames = 0
  let ageMs = 0
  let state = ''
  return {
    get ageFrames() { return ageFrames },
    get ageMs() { return ageMs },
    show(drawn, picture, masks, look) {
      if (picture.seq !== lastSeq) {
        if (jumps(picture)) matte.reset()
        lastSeq = picture.seq
        ring.keep(drawn.colour, picture.seq)
      }
      let { colour } = drawn
      let layers = matte.layers
      if (masks) {
        const own = ring.find(masks.seq)
        matte.take(masks, place(picture, masks), own ?? drawn.colour, look)
        ageFrames = picture.seq - masks.seq
        ageMs = picture.capturedAt - masks.capturedAt
        if (look.align === 'aligned' || (look.align === 'sync' && ageFrames === 0)) {
          colour = own ?? drawn.colour
          if (own) ageFrames = ageMs = 0
        } else if (own && ageFrames > 0) {
          layers = ageMs <= CARRY_MS ? carrier.carry(matte.layers, matte.count, matte.seq, own, masks.seq, drawn.colour, picture.seq) : carrier.held(matte.seq) ?? matte.layers
        }
      }
      // New for the effects when picture, masks or the way they meet are.
      const now = `${colour === drawn.colour ? drawn.seq : masks?.seq} ${matte.seq} ${look.align} ${lastSeq}`
      shown ??= { colour, mask: undefined, subjects: counts[0], layers, seq: 0, get cutout() { return cutout() } }
      ;({ clean } = look)
      if (now !== state) {
        state = now
        shown.seq += 1
      }
      shown.colour = colour
      shown.layers = layers
      shown.subjects = counts[matte.count] ?? counts[0]
      return shown
    },
    close,
  }
}
