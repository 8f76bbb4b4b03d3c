import type { Faults } from '../engine/guard.js'
import type { ClipSource, Source } from '../engine/types.js'
import { openClip } from '../inputs/clip.js'
import { openGenerator } from '../inputs/generators.js'
import { openMaskedClip } from '../inputs/masked-clip.js'
import type { Hw } from './options.js'
import type { ClipPlan, ShowPlan } from './plan.js'
import type { SourceDoor } from './programme.js'

export interface OpenOptions {
  readonly hw: Hw
  /** Seconds by which clips decode ahead: one tick live, 0 offline. */
  readonly leadSeconds: number
  readonly size: readonly [number, number] | undefined
  /** Told the sources' faults. */
  readonly report: Faults['report']
}

export interface OpenSources extends SourceDoor {
  /** Those opened first, in the order of the plan. */
  readonly clips: readonly ClipSource[]
  need(ids: readonly string[], keep: ReadonlySet<string>): Promise<void>
  close(): Promise<void>
}

const FALLBACK_SIZE = [1280, 720] as const
/** A clip may be larger than any screen or projector; the canvas follows it up to 4K. */
const LARGEST = [3840, 2160] as const
/** Each open clip has a decoder and pictures in memory: those of scenes far away are closed beyond so many. */
const OPEN_CLIPS = 12

const openClipPlan = async (plan: ClipPlan, { hw, leadSeconds }: OpenOptions): Promise<ClipSource> => {
  const options = { id: plan.id, hw, leadSeconds, mode: plan.mode, now: () => performance.now() }
  const clip = await (plan.mask === undefined ? openClip(plan.path, options) : openMaskedClip(plan.path, plan.mask, options))
  Object.assign(clip.controls, { speed: plan.speed, inPoint: plan.inPoint, outPoint: plan.outPoint })
  return clip
}

/**
 * Opens the sources of a plan's first scene and its generators; the clips of other scenes are opened when they are needed.
 * When one fails, closes the others and rejects with its {@link DoppelError}.
 */
export const openSources = async (plan: ShowPlan, options: OpenOptions): Promise<OpenSources> => {
  const [width, height] = options.size ?? plan.size ?? FALLBACK_SIZE
  const all = new Map<string, Source>()
  const clips = new Map<string, ClipSource>()
  const opening = new Map<string, Promise<void>>()
  let closed = false
  const openOne = async (source: ClipPlan) => {
    const clip = await openClipPlan(source, options)
    if (closed) return clip.close()
    clip.fault$.subscribe(options.report)
    clips.set(source.id, clip)
    all.set(source.id, clip)
  }
  const need = async (ids: readonly string[], keep: ReadonlySet<string>) => {
    // In the order they were opened; what is kept is never closed, however much it is.
    for (const [id, clip] of clips) {
      if (clips.size <= OPEN_CLIPS) break
      if (keep.has(id) || ids.includes(id)) continue
      clips.delete(id)
      all.delete(id)
      clip.close().catch((thrown: unknown) => { options.report({ unit: id, message: `it did not close: ${String(thrown)}`, hint: '' }) })
    }
    for (const source of plan.sources) {
      if (source.kind !== 'clip' || !ids.includes(source.id) || all.has(source.id)) continue
      const known = opening.get(source.id) ?? openOne(source).finally(() => opening.delete(source.id))
      opening.set(source.id, known)
      await known
    }
  }
  const close = async () => {
    closed = true
    await Promise.all([...all.values()].map((source) => source.close()))
  }
  for (const source of plan.sources) if (source.kind === 'generator') all.set(source.id, openGenerator(source.generator, { id: source.id, width, height, seed: plan.seed }))
  try {
    await need(plan.scenes[0]?.layers.map((layer) => layer.source) ?? [], new Set())
  } catch (thrown) {
    await close()
    throw thrown
  }
  return { all, clips: [...clips.values()], need, close }
}

/** A source that has no picture after this long is not waited for: it may come while the show runs. */
const PATIENCE_MS = 1000

/** Resolves when the open sources have their first pictures, so that nothing begins with black. */
export const firstPictures = async ({ all }: OpenSources): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => { timer = setTimeout(resolve, PATIENCE_MS) })
  const pictures = [...all.values()].map(async (source) => {
    source.advance({ n: 0, time: 0, dt: 0, skipped: 0 })
    // What fails is told when the show asks for it.
    await source.settle().catch(() => {})
  })
  await Promise.race([Promise.all(pictures), patience])
  clearTimeout(timer)
}

const even = (n: number) => Math.max(16, 2 * Math.round(n / 2))

/** The canvas: what was asked for, else the set's, else the first clip's upright size, brought down to 4K and even sides. */
export const canvasSize = (plan: ShowPlan, { clips }: OpenSources, asked: readonly [number, number] | undefined): readonly [number, number] => {
  const info = clips[0]?.info
  if (asked ?? plan.size ?? !info) return asked ?? plan.size ?? FALLBACK_SIZE
  const scale = Math.min(1, LARGEST[0] / info.displayWidth, LARGEST[1] / info.displayHeight)
  return [even(info.displayWidth * scale), even(info.displayHeight * scale)]
}

export const decodeStats = ({ clips }: OpenSources): { hw: string; ms: number } => ({ hw: clips[0]?.info.hw ?? 'none', ms: clips[0]?.decodeMs ?? 0 })
