import type { Moment } from '../engine/effect.js'
import type { Fit, Picture, Source } from '../engine/types.js'
import { createPictureStage } from '../gl/picture.js'
import type { Drawn, Gpu, PictureStage, ShaderText, Target } from '../gl/types.js'

export interface PicturesOptions {
  readonly width: number
  readonly height: number
  readonly shaderText: ShaderText
  /** The open ones; more may open while the show runs. */
  readonly sources: ReadonlyMap<string, Source>
}

/** The sources' pictures on the GPU. Layers that show the same source the same way share its upload and conversion. */
export interface Pictures {
  /** The newest picture with its mask, or undefined while there is none. Makes what it needs at the first call. */
  draw(source: string, fit: Fit, moment: Moment): Drawn | undefined
  /** Lets go of the pictures of sources that are not open any more. */
  sweep(): void
  close(): void
}

interface Shown {
  readonly picture: PictureStage
  /** Made when the first mask beside the picture arrives. */
  mask?: PictureStage
  /** The picture and the mask beside it; kept, for nothing is allocated in a tick. */
  readonly both: { colour: Target; mask: Target | undefined; seq: number }
  /** Of the picture and the mask that `both` holds. */
  drawnSeq: number
  maskSeq: number
}

export const createPictures = (gpu: Gpu, { width, height, shaderText, sources }: PicturesOptions): Pictures => {
  const create = () => createPictureStage(gpu, { width, height, shaderText })
  const shown = new Map<string, Map<Fit, Shown>>()
  /** A stage that fails at its first picture is tried again with the next. */
  const begin = (fits: Map<Fit, Shown>, fit: Fit, picture: Picture, moment: Moment): Shown => {
    const stage = create()
    try {
      const unit: Shown = { picture: stage, both: { ...stage.draw(picture, fit, moment), seq: 0 }, drawnSeq: Number.NaN, maskSeq: Number.NaN }
      fits.set(fit, unit)
      return unit
    } catch (thrown) {
      stage.close()
      throw thrown
    }
  }
  const closeAll = (fits: Map<Fit, Shown>) => {
    for (const { picture, mask } of fits.values()) {
      picture.close()
      mask?.close()
    }
  }
  return {
    draw(id, fit, moment) {
      const source = sources.get(id)
      const picture = source?.latest()
      if (!source || !picture) return undefined
      const fits = shown.get(id) ?? new Map<Fit, Shown>()
      shown.set(id, fits)
      const unit = fits.get(fit) ?? begin(fits, fit, picture, moment)
      const drawn = unit.picture.draw(picture, fit, moment)
      if (!source.mask) return drawn
      const masking = source.mask.latest()
      const mask = masking && (unit.mask ??= create()).draw(masking, fit, moment)
      if (drawn.seq !== unit.drawnSeq || (mask?.seq ?? 0) !== unit.maskSeq) unit.both.seq += 1
      unit.drawnSeq = drawn.seq
      unit.maskSeq = mask?.seq ?? 0
      unit.both.colour = drawn.colour
      // Bright is subject: red is as bright as any channel of a grey picture.
      unit.both.mask = mask?.colour
      return unit.both
    },
    sweep() {
      for (const [id, fits] of shown) {
        if (sources.has(id)) continue
        closeAll(fits)
        shown.delete(id)
      }
    },
    close() {
      for (const fits of shown.values()) closeAll(fits)
      shown.clear()
    },
  }
}
