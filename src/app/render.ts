import { DoppelError } from '../engine/error.js'
import { createFaults } from '../engine/guard.js'
import { nearest } from '../engine/nearest.js'
import { openGpu } from '../gl/context.js'
import { ensureDisplay } from '../native/display.js'
import { openRecord } from '../outputs/record.js'
import { canvasSize, decodeStats, firstPictures, openSources, type OpenSources } from './open.js'
import type { Hw } from './options.js'
import type { MaskingPlan } from './masking-plan.js'
import { openDesk, openMusic } from './desk.js'
import { deskOptions, type DeskFlags } from './desk-flags.js'
import { openShaders } from './isf.js'
import { openMasks } from './open-masks.js'
import { planShow, type ShowPlan } from './plan.js'
import { createProgress } from './progress.js'
import { openShow } from './show.js'
import { checkStats, createRunStats, writeStats } from './stats.js'
import { createStop } from './stop.js'

export interface RenderOptions {
  readonly target: string
  readonly out: string
  readonly effects: readonly string[]
  /** Clip or pictures beside the clip that are white where the subject is. */
  readonly mask?: string | undefined
  /** Labels in the mask; one soft subject unless told. */
  readonly subjects?: number | undefined
  /** How masks are made live. */
  readonly masking?: MaskingPlan | undefined
  /** Name, slug or number (from 1) of the scene to render; the first unless told. */
  readonly scene?: string | undefined
  readonly frames: number | undefined
  readonly size: readonly [number, number] | undefined
  readonly fps: number | undefined
  readonly seed: number | undefined
  readonly hw: Hw
  readonly overwrite: boolean
  readonly stats: string | undefined
  readonly desk: Pick<DeskFlags, 'audio' | 'bpm'>
}

/** Generators and sets have no end of their own. */
const ENDLESS_SECONDS = 10

const frameCount = (asked: number | undefined, { clips }: OpenSources, plan: ShowPlan, fps: number): number => {
  if (asked !== undefined) return asked
  const only = plan.sources.length === 1 ? clips[0] : undefined
  return Math.max(1, Math.round((only && only.info.duration > 0 ? only.info.duration : ENDLESS_SECONDS) * fps))
}

/** The plan with one scene first, so that its sources are the ones opened and it is seen from the first frame on. */
const beginningWith = (plan: ShowPlan, asked: string | undefined): ShowPlan => {
  if (asked === undefined) return plan
  const number = Number(asked)
  const found = plan.scenes.find(({ name, slug }) => name === asked || slug === asked) ?? (Number.isInteger(number) ? plan.scenes[number - 1] : undefined)
  if (!found) {
    const near = nearest(asked, plan.scenes.flatMap(({ name, slug }) => [name, slug]))
    throw new DoppelError(`there is no scene "${asked}"`, `${near === undefined ? '' : `did you mean "${near}"? `}the scenes are: ${plan.scenes.map(({ name }, i) => `${i + 1} ${name}`).join(', ')}`)
  }
  return { ...plan, scenes: [found, ...plan.scenes.filter((scene) => scene !== found)] }
}

/** What became of a rendering: fewer frames written than wanted when it was interrupted. */
export interface Rendered {
  readonly frames: number
  readonly wanted: number
}

/** Renders offline, frame by frame and deterministically, with the clip's own sound. */
export const render = async (options: RenderOptions): Promise<Rendered> => {
  const plan = beginningWith(planShow(options.target, options.effects, options.mask, options.subjects, options.masking), options.scene)
  if (options.stats) checkStats(options.stats)
  // A private display ends with the process: the graphics driver stays connected until then, and dies when its server goes first.
  await ensureDisplay({ headless: true })
  const faults = createFaults()
  const closing: (() => Promise<void> | void)[] = []
  let problem: DoppelError | undefined
  faults.fault$.subscribe(({ unit, message, hint }) => { problem ??= new DoppelError(`${unit}: ${message}`, hint) })
  const stop = createStop()
  try {
    const sources = await openSources(plan, { hw: options.hw, leadSeconds: 0, size: options.size, report: faults.report })
    closing.push(() => sources.close())
    const size = canvasSize(plan, sources, options.size)
    const clip = sources.clips[0]
    const fps = options.fps ?? plan.fps ?? (clip && clip.info.fps > 0 ? clip.info.fps : 60)
    const frames = frameCount(options.frames, sources, plan, fps)
    const audio = clip?.info.hasAudio && plan.sources.length === 1 && clip.controls.speed === 1 ? { path: clip.info.path, start: clip.controls.inPoint, loop: undefined } : undefined
    const gpu = openGpu()
    closing.push(() => gpu.close())
    const library = openShaders(plan, { watch: false, report: faults.report })
    await firstPictures(sources)
    const masks = await openMasks(plan.masking, sources.all, { gpu, shaderText: library.text, faults })
    closing.push(() => masks.close())
    const record = await openRecord(options.out, { id: 'render', width: size[0], height: size[1], fps, realtime: false, overwrite: options.overwrite, ...(audio && { audio }) })
    record.fault$.subscribe((fault) => faults.report(fault))
    // Modulators, cues and sound play as they do live; nobody's hands do.
    const desk = { ...deskOptions({ ...options.desk, osc: 'none', midi: ['none'], clock: options.desk.audio === undefined ? 'internal' : undefined }, plan), offline: true }
    const seeded = { ...plan, seed: options.seed ?? plan.seed }
    const music = await openMusic(seeded, desk, faults)
    closing.push(() => music.close())
    const show = openShow({ plan: seeded, gpu, beat: music.show, audio: music.audio.view.bands, sound: music.audio.view, size, fps, sources: sources.all, need: sources.need, masks: masks.all, outputs: [record], shaders: library, faults })
    const played = await openDesk(seeded, show, music, desk, faults)
    closing.push(() => played.close())
    const stats = createRunStats()
    const progress = createProgress('render', frames, 'frames')
    let done = 0
    for (; done < frames && !stop.stopped && !problem; done++) {
      const tick = { n: done, time: done / fps, dt: done === 0 ? 0 : 1 / fps, skipped: 0 }
      music.advance(tick)
      await music.settle()
      played.tick(tick)
      await show.tickExactly(tick)
      stats.tick(0, show.maskAge)
      progress.update(done + 1)
    }
    await show.flush()
    progress.end()
    await record.close()
    show.close()
    if (problem) throw problem
    if (options.stats) writeStats(options.stats, stats.summary(show.stages, decodeStats(sources), record.dropped))
    return { frames: done, wanted: frames }
  } finally {
    stop.close()
    for (const close of closing.reverse()) await close()
  }
}
