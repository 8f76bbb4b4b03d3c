import type { Moment } from '../engine/effect.js'
import type { MaskLook } from '../engine/look.js'
import type { Fit, Picture, Source, Tick } from '../engine/types.js'
import { createPictureStage } from '../gl/picture.js'
import type { Drawn, Gpu, PictureStage, ShaderText, Target } from '../gl/types.js'
import { createJumps } from './jumps.js'
import { createKeyedPicture, type KeyedPicture } from './keyed-picture.js'
import type { LiveMasks } from './live-masks.js'
import { createMaskedPicture, type MaskedPicture } from './masked-picture.js'
import type { KeyPlan } from './masking-plan.js'
import type { Subjects } from './subjects.js'

/** What makes a source's masks while it plays. */
export interface SourceMasks {
  readonly live: LiveMasks
  readonly subjects: Subjects
  /** Nothing was asked to be followed when the show was opened: until something is, the whole picture is the subject. */
  readonly waits: boolean
  /** Played with. */
  readonly look: MaskLook
  /** Most subjects. */
  readonly most: number
}

export interface PicturesOptions {
  readonly width: number
  readonly height: number
  readonly shaderText: ShaderText
  /** The open ones; more may open while the show runs. */
  readonly sources: ReadonlyMap<string, Source>
  /** Subjects of the sources whose masks are labels; of others there is one, or what their pictures say. */
  readonly labels?: ReadonlyMap<string, number>
  /** Of the sources whose masks are made live. */
  readonly masks?: ReadonlyMap<string, SourceMasks>
  /** Of the sources whose masks are made by their own pixels. */
  readonly keys?: ReadonlyMap<string, KeyPlan>
  /** How long a tick can wait for a mask (`sync`), milliseconds. */
  readonly spareMs?: number
  /** Told when the masks' part of a tick begins and ends, to count its time. */
  readonly masking?: (begins: boolean) => void
}

/** The sources' pictures on the GPU. Layers that show the same source the same way share its upload and conversion. */
export interface Pictures {
  /** The newest picture with its mask, or undefined while there is none. Makes what it needs at the first call. */
  draw(source: string, fit: Fit, moment: Moment): Drawn | undefined
  /** Makes what `draw` needs at its first call, where the source is open: before the show. */
  warm(source: string, fit: Fit, moment: Moment): void
  /** Resolves when these sources have the masks of the very pictures they show now (offline rendering). */
  settle(sources: Iterable<Source>, moment: Moment): Promise<void>
  /** How old the masks are that were shown last, the oldest of all sources'; undefined without any. */
  readonly maskAge: { readonly frames: number; readonly ms: number } | undefined
  /** At the end of a tick: pictures for the mask workers that are back from the GPU are handed over. */
  handOver(): void
  /** Lets go of the pictures of sources that are not open any more. */
  sweep(): void
  close(): void
}

const BEFORE: Tick = { n: 0, time: 0, dt: 0, skipped: 0 }

interface Shown {
  readonly picture: PictureStage
  /** Made when the first mask beside the picture arrives. */
  mask?: PictureStage
  /** The picture and the mask beside it; kept, for nothing is allocated in a tick. */
  readonly both: { colour: Target; mask: Target | undefined; subjects: Drawn['subjects']; seq: number }
  /** With masks that are made live. */
  readonly masked: MaskedPicture | undefined
  readonly keyed: KeyedPicture | undefined
  readonly jumps: ReturnType<typeof createJumps>
  /** Of the picture and the mask that `both` holds. */
  drawnSeq: number
  maskSeq: number
}

export const createPictures = (gpu: Gpu, { width, height, shaderText, sources, labels, masks, keys, spareMs = 0, masking }: PicturesOptions): Pictures => {
  const create = (labelled?: number) => createPictureStage(gpu, { width, height, shaderText, labels: labelled })
  const shown = new Map<string, Map<Fit, Shown>>()
  /** A stage that fails at its first picture is tried again with the next. */
  const begin = (fits: Map<Fit, Shown>, fit: Fit, picture: Picture, moment: Moment, labelled: number | undefined, live: SourceMasks | undefined, key: KeyPlan | undefined): Shown => {
    const stage = create()
    try {
      const unit: Shown = { picture: stage, jumps: createJumps(), keyed: key && createKeyedPicture(gpu, { width, height, kind: key.id, values: key.values }), masked: live && createMaskedPicture(gpu, { width, height, fit, most: live.most }), both: { ...stage.draw(picture, fit, moment), subjects: labelled === undefined ? undefined : { count: labelled, packed: 'labels' }, seq: 0 }, drawnSeq: Number.NaN, maskSeq: Number.NaN }
      fits.set(fit, unit)
      return unit
    } catch (thrown) {
      stage.close()
      throw thrown
    }
  }
  const closeAll = (fits: Map<Fit, Shown>) => {
    for (const { picture, mask, masked, keyed } of fits.values()) {
      picture.close()
      mask?.close()
      masked?.close()
      keyed?.close()
    }
  }
  const age = { frames: 0, ms: 0 }
  let aged = Number.NaN
  const drawMasked = (masked: MaskedPicture, { live, look, subjects, waits }: SourceMasks, drawn: Drawn, picture: Picture, moment: Moment): Drawn => {
    if (waits && !subjects.begun) return drawn
    masking?.(true)
    if (look.align === 'sync') live.lookAndWait(picture, moment, spareMs)
    else live.look(picture, moment)
    const shows = masked.show(drawn, picture, live.newest(), look)
    if (aged !== moment.frame) age.frames = age.ms = 0
    aged = moment.frame
    age.frames = Math.max(age.frames, masked.ageFrames)
    age.ms = Math.max(age.ms, masked.ageMs)
    masking?.(false)
    return shows
  }
  const drawKeyed = ({ jumps }: Shown, keyed: KeyedPicture, drawn: Drawn, picture: Picture, moment: Moment): Drawn => {
    masking?.(true)
    if (jumps(picture)) keyed.reset()
    const shows = keyed.show(drawn, moment)
    masking?.(false)
    return shows
  }
  const pictures: Pictures = {
    draw(id, fit, moment) {
      const source = sources.get(id)
      const picture = source?.latest()
      if (!source || !picture) return undefined
      const fits = shown.get(id) ?? new Map<Fit, Shown>()
      shown.set(id, fits)
      const live = masks?.get(id)
      const unit = fits.get(fit) ?? begin(fits, fit, picture, moment, labels?.get(id), live, keys?.get(id))
      const drawn = unit.picture.draw(picture, fit, moment)
      if (unit.keyed) return drawKeyed(unit, unit.keyed, drawn, picture, moment)
      if (live && unit.masked) return drawMasked(unit.masked, live, drawn, picture, moment)
      if (!source.mask) return drawn
      const masking = source.mask.latest()
      const mask = masking && (unit.mask ??= create(labels?.get(id))).draw(masking, fit, moment)
      if (drawn.seq !== unit.drawnSeq || (mask?.seq ?? 0) !== unit.maskSeq) unit.both.seq += 1
      unit.drawnSeq = drawn.seq
      unit.maskSeq = mask?.seq ?? 0
      unit.both.colour = drawn.colour
      // Bright is subject: red is as bright as any channel of a grey picture.
      unit.both.mask = mask?.colour
      return unit.both
    },
    warm(id, fit, moment) {
      const source = sources.get(id)
      // A generator has no picture before its first tick; a clip has its first one, and is not to go on from it.
      if (source && !source.latest()) source.advance(BEFORE)
      pictures.draw(id, fit, moment)
    },
    async settle(playing, moment) {
      for (const source of playing) {
        const picture = source.latest()
        if (picture) await masks?.get(source.id)?.live.lookExactly(picture, moment)
      }
    },
    get maskAge() { return Number.isNaN(aged) ? undefined : age },
    handOver() { masks?.forEach(({ live }) => { live.handOver() }) },
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
  return pictures
}
