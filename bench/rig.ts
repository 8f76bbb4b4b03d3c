import { planShow } from '../src/app/plan.js'
import { openShow, type Show } from '../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../src/effects/library.js'
import { createFaults } from '../src/engine/guard.js'
import type { ClipSource, Output, Source } from '../src/engine/types.js'
import type { Gpu } from '../src/gl/types.js'
import { openClip } from '../src/inputs/clip.js'

export interface RigOptions {
  readonly gpu: Gpu
  readonly clip: string
  /** As on the command line: `colour:hue=0.2`. */
  readonly effects: readonly string[]
  readonly size: readonly [width: number, height: number]
  readonly fps: number
  readonly outputs: readonly Output[]
  /** What a step is timed with, milliseconds; `performance.now` unless said. */
  readonly stepClock?: () => number
}

/** A show of one clip that is ticked by hand, a new picture of the clip at every tick, as fast as it will go. */
export interface Rig {
  readonly show: Show
  readonly clip: ClipSource
  /** Waits for the tick's picture, then draws. Gives the main thread's time without the wait, ms. */
  step(): Promise<number>
  /** Closes everything but the GPU and the outputs; throws when anything went wrong on the way. */
  close(): Promise<void>
}

export const openRig = async ({ gpu, clip: path, effects, size, fps, outputs, stepClock: now = () => performance.now() }: RigOptions): Promise<Rig> => {
  const faults = createFaults()
  const problems: string[] = []
  faults.fault$.subscribe(({ unit, message }) => problems.push(`${unit}: ${message}`))
  const plan = planShow(path, effects)
  const clip = await openClip(path, { id: 'clip', hw: 'none', leadSeconds: 0, now: () => performance.now() })
  clip.fault$.subscribe((fault) => { faults.report(fault) })
  for (const output of outputs) output.fault$.subscribe((fault) => { faults.report(fault) })
  // Moved on by `step`, which must wait between asking for a picture and showing it.
  const fed: Source = { ...clip, advance: () => {} }
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const show = openShow({ plan, gpu, size, fps, sources: new Map([['clip', fed]]), outputs, shaders: library, faults })
  let n = 0
  return {
    show,
    clip,
    async step() {
      const tick = { n, time: n / fps, dt: n === 0 ? 0 : 1 / fps, skipped: 0 }
      n += 1
      const asking = now()
      clip.advance(tick)
      const asked = now()
      await clip.settle()
      const drawing = now()
      show.tick(tick)
      return now() - drawing + asked - asking
    },
    async close() {
      await show.flush()
      show.close()
      await clip.close()
      library.close()
      if (problems.length > 0) throw new Error(`the show had faults: ${problems.join('; ')}`)
    },
  }
}
