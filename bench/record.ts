import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planShow } from '../src/app/plan.js'
import { openShow } from '../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../src/effects/library.js'
import { createClock } from '../src/engine/clock.js'
import { createFaults } from '../src/engine/guard.js'
import type { Output, PixelOutput } from '../src/engine/types.js'
import { openGpu } from '../src/gl/context.js'
import { openClip } from '../src/inputs/clip.js'
import { openRecord } from '../src/outputs/record.js'
import { openUi } from '../src/ui/app.js'
import { openOutputWindow } from '../src/ui/output-window.js'
import type { Bench } from './bench.js'
import { median, medianRatio, takeTurns } from './measure.js'

const SIZE = [1280, 720] as const
const CLIP_FPS = 60

interface Run {
  /** Main thread, ms: the whole tick and its readback stage. */
  readonly tick: number
  readonly readback: number
  readonly skipped: number
  readonly dropped: number
}

/** What recording adds to the tick of a show that plays in a window, on the clock. */
export const record: Bench = {
  name: 'record',
  about: 'the tick while recording against not recording: 1080p60 clip, kaleidoscope, 720p window, on the clock',
  async run({ quick, clips, say }) {
    const [width, height] = SIZE
    const path = clips.clip(1920, 1080, CLIP_FPS, 5)
    const ui = openUi()
    const gpu = openGpu()
    // Software GL, decoder and encoder share the processor: a rate that leaves it room shows the tick's own cost.
    const fps = gpu.info.software ? 15 : 60
    const seconds = quick ? 2 : 6
    const folder = mkdtempSync(join(tmpdir(), 'doppel-bench-'))
    const screen = openOutputWindow(ui, { id: 'window', title: 'Doppel bench', width, height, fit: 'letterbox', fullscreen: false })
    const faults: string[] = []
    let takes = 0

    const play = async (recording: boolean): Promise<Run> => {
      const found = createFaults()
      found.fault$.subscribe(({ unit, message }) => faults.push(`${unit}: ${message}`))
      const clip = await openClip(path, { id: 'clip', hw: 'none', leadSeconds: 1 / fps, now: () => performance.now() })
      const file: PixelOutput | undefined = recording ? await openRecord(join(folder, `take-${++takes}.mp4`), { id: 'record', width, height, fps, realtime: true }) : undefined
      const outputs: Output[] = file ? [screen, file] : [screen]
      const library = openShaderLibrary(shaderFolder(), { watch: false, report: found.report })
      const show = openShow({ plan: planShow(path, ['kaleidoscope']), gpu, size: SIZE, fps, sources: new Map([['clip', clip]]), outputs, shaders: library, faults: found })
      let skipped = 0
      await new Promise<void>((resolve) => {
        const ticks = createClock(fps).subscribe((tick) => {
          ui.pump()
          show.tick(tick)
          skipped += tick.skipped
          if (tick.n < seconds * fps) return
          ticks.unsubscribe()
          resolve()
        })
      })
      const { tick, readback } = show.stages.summary()
      await show.flush()
      await file?.close()
      show.close()
      library.close()
      await clip.close()
      return { tick: tick.p50, readback: readback.p50, skipped, dropped: file?.dropped ?? 0 }
    }

    say(`${seconds} s a round at ${fps} ticks a second`)
    try {
      await play(true)
      const [off = [], on = []] = await takeTurns(quick ? 2 : 5, () => play(false), () => play(true))
      if (faults.length > 0) throw new Error(`the show had faults: ${faults.join('; ')}`)
      const of = (runs: readonly Run[], what: keyof Run) => runs.map((run) => run[what])
      return [
        { metric: 'tick recording / not recording', value: medianRatio(of(on, 'tick'), of(off, 'tick')), unit: 'x', target: { op: '<=', value: 1.1 } },
        { metric: 'tick not recording, p50', value: median(of(off, 'tick')), unit: 'ms' },
        { metric: 'tick recording, p50', value: median(of(on, 'tick')), unit: 'ms' },
        { metric: 'readback stage of it, p50', value: median(of(on, 'readback')), unit: 'ms' },
        { metric: 'ticks skipped, recording', value: Math.max(...of(on, 'skipped')), unit: 'ticks' },
        { metric: 'pictures dropped', value: Math.max(...of(on, 'dropped')), unit: 'frames' },
      ]
    } finally {
      await screen.close()
      gpu.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
