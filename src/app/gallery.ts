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
import { openMemory } from '../outputs/memory.js'
import { galleryPage, readGallery } from './gallery-page.js'
import { FPS, LOOP_SIZE, momentSize, openLoop, openSheet } from './gallery-pictures.js'
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
  /** Filmed, with the mask beside it: sheets of it are drawn then, and else loops of the dancer. */
  readonly clip?: string | undefined
  readonly mask?: string | undefined
  /** How many subjects the mask labels; 0: it is white where the one subject is. */
  readonly subjects: number
  /** Of a picture, pixels; else what suits a loop, or a sheet of this clip. */
  readonly size?: readonly [number, number] | undefined
}

/** Effects that show what they are for with another generator, or off their defaults. */
const STAGES: Readonly<Record<string, { readonly source?: string; readonly settings?: string }>> = {
  'texture-swap': { source: 'generator:duet' },
  colour: { settings: 'contrast=0.35,saturation=1.7,hue=0.12' },
}

/** Plays one effect, and keeps what the gallery shows of it. */
const drawEffect = async (gpu: Gpu, { id }: EffectDecl, { out, clip, mask, subjects, size }: GalleryOptions): Promise<void> => {
  const stage = STAGES[id] ?? {}
  const plan = planShow(clip ?? stage.source ?? 'generator:dancer', [stage.settings ? `${id}:${stage.settings}` : id], mask, subjects)
  const faults = createFaults()
  let problem: DoppelError | undefined
  faults.fault$.subscribe(({ unit, message, hint }) => { problem ??= new DoppelError(`${unit}: ${message}`, hint) })
  const sources = await openSources(plan, { hw: 'none', leadSeconds: 0, size: size ?? LOOP_SIZE, report: faults.report })
  const shape = sources.clips[0]?.info
  const [width, height] = size ?? (shape ? momentSize(shape.displayWidth, shape.displayHeight) : LOOP_SIZE)
  const output = openMemory({ id, width, height, format: 'rgba' })
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const show = openShow({ plan, gpu, size: [width, height], fps: FPS, sources: sources.all, need: sources.need, outputs: [output], shaders: library, faults })
  const ticksPerBeat = (FPS * 60) / plan.bpm
  const picture = (clip === undefined ? openLoop : openSheet)(out, id, { width, height, ticksPerBeat })
  for (let n = 0; n < picture.ticks && !problem; n++) {
    await show.tickExactly({ n, time: n / FPS, dt: n === 0 ? 0 : 1 / FPS, skipped: 0 })
    if (!picture.wants(n)) continue
    await show.flush()
    const view = output.last()
    if (view) picture.write(view)
  }
  picture.finish()
  show.close()
  library.close()
  await sources.close()
  if (problem) throw problem
}

/** Renders the gallery: a picture of every effect, and the page that shows those of its folder. Resolves with how many. */
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
      await drawEffect(gpu, decl, options)
      progress.update(++done)
    }
    progress.end()
    writeFileSync(join(options.out, 'README.md'), galleryPage(readGallery(options.out)))
    return done
  } finally {
    stop.close()
    gpu.close()
  }
}
