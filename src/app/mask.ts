import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openShaderLibrary, shaderFolder } from '../effects/library.js'
import type { Moment } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { createFaults } from '../engine/guard.js'
import { round } from '../engine/stats.js'
import type { PixelView } from '../engine/types.js'
import { openGpu } from '../gl/context.js'
import { createLabelStage } from '../gl/matte/label-stage.js'
import { createPictureStage } from '../gl/picture.js'
import { createReadback } from '../gl/readback.js'
import { openClip } from '../inputs/clip.js'
import { ensureDisplay } from '../native/display.js'
import { openLabelWriter } from '../outputs/label-file.js'
import { openRecord } from '../outputs/record.js'
import { MOST_SUBJECTS } from '../masking/types.js'
import { createKeyedPicture } from './keyed-picture.js'
import { createLiveMasks } from './live-masks.js'
import { createMaskedPicture } from './masked-picture.js'
import type { MaskingPlan } from './masking-plan.js'
import { openPlannedMasker } from './open-masks.js'
import type { Hw } from './options.js'
import { createProgress } from './progress.js'
import { createStop } from './stop.js'
import { writeJson } from './stats.js'

export interface MaskOptions {
  readonly clip: string
  readonly plan: MaskingPlan
  readonly out: string
  readonly frames: number | undefined
  /** Also a clip of the soft matte, all subjects together. */
  readonly alpha: boolean
  readonly hw: Hw
  readonly stats: string | undefined
}

export interface MaskStats {
  readonly frames: number
  readonly seconds: number
  readonly fps: number
  /** Milliseconds of the segmenter alone, and of everything from the picture to its mask. */
  readonly step: { readonly p50: number; readonly p95: number }
  readonly mask: { readonly p50: number; readonly p95: number }
  readonly segmenter: string
  /** Frames in which each subject was held, by subject from 1. */
  readonly held: Readonly<Record<string, number>>
}

const quantile = (values: readonly number[], share: number) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0

/** Luma of a grey level in a clip of limited range. */
const LUMA = Uint8Array.from({ length: 256 }, (_, v) => 16 + Math.round((v * 219) / 255))

/**
 * Makes the masks of a clip, frame by frame, and writes them as 8 bit PNGs of labels at the clip's size, `00000.png` and on. Resolves with
 * what it measured; rejects with a {@link DoppelError}.
 */
export const makeMasks = async (options: MaskOptions): Promise<MaskStats> => {
  await ensureDisplay({ headless: true })
  const faults = createFaults()
  let problem: DoppelError | undefined
  faults.fault$.subscribe(({ unit, message, hint }) => { problem ??= new DoppelError(`${unit}: ${message}`, hint) })
  const closing: (() => Promise<void> | void)[] = []
  const stop = createStop()
  closing.push(() => { stop.close() })
  try {
    const clip = await openClip(options.clip, { id: 'clip', hw: options.hw, leadSeconds: 0, mode: 'once', now: () => performance.now() })
    closing.push(() => clip.close())
    clip.fault$.subscribe(faults.report)
    const { displayWidth: width, displayHeight: height, duration } = clip.info
    const fps = clip.info.fps > 0 ? clip.info.fps : 25
    const { key } = options.plan
    const planned = key ? undefined : await openPlannedMasker('masks', options.plan, { width, height })
    const masker = planned?.masker
    closing.push(() => masker?.close())
    masker?.fault$.subscribe(faults.report)
    let segmenter = key ? `the key ${key.id}` : ''
    masker?.status$.subscribe(({ detail }) => { segmenter = detail })
    const gpu = openGpu()
    closing.push(() => { gpu.close() })
    const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
    const keep = <T extends { close(): void }>(unit: T): T => {
      closing.push(() => { unit.close() })
      return unit
    }
    const live = planned && keep(createLiveMasks(gpu, { masker: planned.masker, subjects: planned.subjects, shaderText: library.text, faults }))
    const keyed = key && keep(createKeyedPicture(gpu, { width, height, kind: key.id, values: key.values }))
    const stage = keep(createPictureStage(gpu, { width, height, shaderText: library.text }))
    const masked = live && keep(createMaskedPicture(gpu, { width, height, fit: 'stretch', most: MOST_SUBJECTS }))
    const labels = keep(createLabelStage(gpu, { width, height }))
    const readback = keep(createReadback(gpu, { width, height, format: 'rgba', depth: 1 }))
    mkdirSync(options.out, { recursive: true })
    const writer = keep(openLabelWriter(width, height))
    if (options.alpha && (width % 2 || height % 2)) throw new DoppelError(`--alpha writes a clip, and clips have even sides: ${options.clip} is ${width}x${height}`, 'leave --alpha out, or scale the clip')
    const alpha = options.alpha ? await openRecord(join(options.out, 'alpha.mp4'), { id: 'alpha', width, height, fps, realtime: false, overwrite: true }) : undefined
    const soft: PixelView & { tick: number } = { width, height, format: 'i420', data: new Uint8Array((width * height * 3) / 2).fill(128), tick: 0 }

    const data = new Uint8Array(width * height)
    const take = ({ data: rgba }: PixelView) => {
      for (let i = 0; i < data.length; i++) data[i] = rgba[4 * i] ?? 0
      if (alpha) for (let i = 0; i < data.length; i++) soft.data[i] = LUMA[rgba[4 * i + 1] ?? 0] ?? 16
    }
    const frames = options.frames ?? Math.max(1, Math.round(duration * fps))
    const progress = createProgress('mask', frames, 'frames')
    const steps: number[] = []
    const whole: number[] = []
    const held: Record<string, number> = {}
    const look = { ...options.plan.look, align: 'aligned' as const }
    const started = performance.now()
    let done = 0
    for (; done < frames && !stop.stopped && !problem; done++) {
      clip.advance({ n: done, time: done / fps, dt: done === 0 ? 0 : 1 / fps, skipped: 0 })
      await clip.settle()
      const picture = clip.latest()
      if (!picture) throw new DoppelError(`${options.clip} gave no picture`, '')
      const moment: Moment = { time: done / fps, dt: 1 / fps, frame: done, bpm: 120, beat: 0, seed: 1 }
      const began = performance.now()
      await live?.lookExactly(picture, moment)
      gpu.makeCurrent()
      const masks = live?.newest()
      const drawn = stage.draw(picture, 'stretch', moment)
      const { layers, subjects, mask } = masked?.show(drawn, picture, masks, look) ?? keyed?.show(drawn, moment) ?? drawn
      const labelled = layers && subjects ? labels.draw(layers, subjects.count) : mask && labels.drawOne(mask.texture)
      if (!labelled) throw new RangeError('nothing made a mask')
      readback.issue(labelled, done)
      readback.collect(take, true)
      whole.push(performance.now() - began)
      steps.push(masks?.stepMs ?? 0)
      masks?.confidence.forEach((sure, i) => { if (sure > 0) held[String(i + 1)] = (held[String(i + 1)] ?? 0) + 1 })
      writer.write(join(options.out, `${String(done).padStart(5, '0')}.png`), data)
      if (alpha) {
        await alpha.ready()
        soft.tick = done
        alpha.write(soft)
      }
      progress.update(done + 1)
    }
    progress.end()
    await alpha?.close()
    if (problem) throw problem
    const seconds = (performance.now() - started) / 1000
    const stats: MaskStats = {
      frames: done, seconds: round(seconds), fps: round(done / seconds), segmenter, held,
      step: { p50: round(quantile(steps, 0.5)), p95: round(quantile(steps, 0.95)) }, mask: { p50: round(quantile(whole, 0.5)), p95: round(quantile(whole, 0.95)) },
    }
    if (options.stats) writeJson(options.stats, stats)
    return stats
  } finally {
    for (const close of closing.reverse()) await close()
  }
}
