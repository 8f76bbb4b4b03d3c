import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { effectById, EFFECTS } from '../effects/index.js'
import { openShaderLibrary, shaderFolder } from '../effects/library.js'
import type { EffectDecl } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { createFaults } from '../engine/guard.js'
import { openGpu } from '../gl/context.js'
import type { Gpu } from '../gl/types.js'
import { ensureDisplay } from '../native/display.js'
import { openLoopFile } from '../outputs/loop-file.js'
import { openMemory } from '../outputs/memory.js'
import { galleryPage } from './gallery-page.js'
import { openSources } from './open.js'
import { planShow } from './plan.js'
import { createProgress } from './progress.js'
import { openShow } from './show.js'
import { createStop } from './stop.js'

export interface GalleryOptions {
  /** Ids; all effects when there are none. */
  readonly effects: readonly string[]
  /** Folder the pictures and the page go to. */
  readonly out: string
  /** Shown in place of the dancer, with the mask beside it. */
  readonly clip?: string | undefined
  readonly mask?: string | undefined
  /** Of a picture, pixels. */
  readonly size: readonly [number, number]
}

const FPS = 60
/** Every so many ticks a picture is kept: 12 a second. */
const STRIDE = 5
/** The past that effects look back on is filled in the first eight beats; four are shown. */
const BEATS = { from: 8, to: 12 } as const
const QUALITY = 62

/** Effects that show what they are for with another generator, or off their defaults. */
const STAGES: Readonly<Record<string, { readonly source?: string; readonly settings?: string }>> = {
  'texture-swap': { source: 'generator:duet' },
  colour: { settings: 'contrast=0.35,saturation=1.7,hue=0.12' },
}

/** Plays one effect and keeps four beats of it as a picture that moves. */
const drawLoop = async (gpu: Gpu, { id }: EffectDecl, { out, clip, mask, size: [width, height] }: GalleryOptions): Promise<void> => {
  const stage = STAGES[id] ?? {}
  const plan = planShow(clip ?? stage.source ?? 'generator:dancer', [stage.settings ? `${id}:${stage.settings}` : id], mask)
  const faults = createFaults()
  let problem: DoppelError | undefined
  faults.fault$.subscribe(({ unit, message, hint }) => { problem ??= new DoppelError(`${unit}: ${message}`, hint) })
  const sources = await openSources(plan, { hw: 'none', leadSeconds: 0, size: [width, height], report: faults.report })
  const output = openMemory({ id, width, height, format: 'rgba' })
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const show = openShow({ plan, gpu, size: [width, height], fps: FPS, sources: sources.all, need: sources.need, outputs: [output], shaders: library, faults })
  const file = openLoopFile(join(out, `${id}.webp`), { width, height, fps: FPS / STRIDE, quality: QUALITY })
  const ticksPerBeat = (FPS * 60) / plan.bpm
  for (let n = 0; n < BEATS.to * ticksPerBeat && !problem; n++) {
    await show.tickExactly({ n, time: n / FPS, dt: n === 0 ? 0 : 1 / FPS, skipped: 0 })
    if (n < BEATS.from * ticksPerBeat || n % STRIDE !== 0) continue
    await show.flush()
    const picture = output.last()
    if (picture) file.write(picture)
  }
  file.finish()
  show.close()
  library.close()
  await sources.close()
  if (problem) throw problem
}

/** Renders the gallery: a moving picture of every effect, and the page that shows them. Resolves with how many. */
export const drawGallery = async (options: GalleryOptions): Promise<number> => {
  const chosen = options.effects.length > 0 ? options.effects.map(effectById) : EFFECTS
  mkdirSync(options.out, { recursive: true })
  await ensureDisplay({ headless: true })
  const gpu = openGpu()
  const stop = createStop()
  const progress = createProgress('gallery', chosen.length, 'effects')
  let done = 0
  try {
    for (const decl of chosen) {
      if (stop.stopped) break
      await drawLoop(gpu, decl, options)
      progress.update(++done)
    }
    progress.end()
    writeFileSync(join(options.out, 'README.md'), galleryPage())
    return done
  } finally {
    stop.close()
    gpu.close()
  }
}
