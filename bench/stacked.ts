import { setTimeout as pause } from 'node:timers/promises'
import { planShow, type ShowPlan } from '../src/app/plan.js'
import { openShow } from '../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../src/effects/library.js'
import { createFaults } from '../src/engine/guard.js'
import { createTransitionLook } from '../src/engine/look.js'
import { openGpu } from '../src/gl/context.js'
import { openGenerator } from '../src/inputs/generators.js'
import type { Bench, Size } from './bench.js'
import { countCompiles } from './counted.js'
import { collectGarbage, median } from './measure.js'

const FPS = 60
/** Of every kind: plain, fused, clones, history, feedback, distances, flow, plate. */
const FIRST = ['colour:hue=0.1', 'echo', 'halo', 'feedback', 'kaleidoscope', 'rgb-split', 'trails', 'melt', 'shadow', 'invert']
const SECOND = ['clone-ring', 'colour', 'posterise', 'droste', 'slit-scan', 'mirror', 'pixelate', 'contours', 'ripple', 'strobe']
/** Ticks around a switch that are looked at. */
const AROUND = 4

/** Two scenes of the same dancer and of two dancers, ten effects each. */
const planBoth = (): ShowPlan => {
  const [first, second] = [planShow('generator:dancer', FIRST), planShow('generator:duet', SECOND)]
  return { ...first, sources: [...first.sources, ...second.sources], scenes: [...first.scenes, ...second.scenes.map((scene) => ({ ...scene, slug: 'second', name: 'Second' }))] }
}

const openStack = ([width, height]: Size) => {
  const gpu = openGpu()
  const compiled = countCompiles(gpu)
  const faults = createFaults()
  const problems: string[] = []
  faults.fault$.subscribe(({ unit, message }) => problems.push(`${unit}: ${message}`))
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const sources = new Map((['dancer', 'duet'] as const).map((name) => [name, openGenerator(name, { id: name, width, height, seed: 1 })]))
  const show = openShow({ plan: planBoth(), gpu, size: [width, height], fps: FPS, sources, outputs: [], shaders: library, faults })
  let n = 0
  const tick = { n: 0, time: 0, dt: 0, skipped: 0 }
  return {
    show,
    get compiles() { return compiled.count },
    /** Draws one tick and waits for it; ms. */
    step() {
      const started = performance.now()
      Object.assign(tick, { n, time: n / FPS, dt: n === 0 ? 0 : 1 / FPS })
      n += 1
      show.tick(tick)
      gpu.gl.finish()
      return performance.now() - started
    },
    async close() {
      show.close()
      for (const source of sources.values()) await source.close()
      library.close()
      gpu.close()
      if (problems.length > 0) throw new Error(`the show had faults: ${problems.join('; ')}`)
    },
  }
}
type Stack = ReturnType<typeof openStack>

const many = (stack: Stack, count: number): number[] => Array.from({ length: count }, () => stack.step())

/** The worst tick around a switch, in times of the middle tick of the dearer of both scenes. */
const goTo = (stack: Stack, scene: number, rest: number): number => {
  const before = median(many(stack, rest))
  stack.show.go(scene, createTransitionLook({ kind: 'cut' }))
  const during = Math.max(...many(stack, AROUND))
  return during / Math.max(before, median(many(stack, rest)))
}

const buffers = async (): Promise<number> => {
  collectGarbage()
  await pause(50)
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

/** Nothing is made during the show: no memory, no shader; and scenes change between two ticks. */
export const stacked: Bench = {
  name: 'stacked',
  about: 'ten stacked effects, and a switch to a scene with ten others: memory, shaders compiled during the show, and the worst tick',
  async run({ quick, size, say }) {
    const stack = openStack(size)
    const [warm, ticks, rest] = quick ? [6, 12, 4] : [30, 100, 12]
    const loaded = stack.compiles
    say(`${loaded} shaders and programs at load; ${warm + ticks} ticks`)
    const first = stack.step()
    many(stack, warm)
    const before = await buffers()
    const times = many(stack, ticks)
    const grown = (await buffers()) - before
    const compiledPlaying = stack.compiles - loaded
    const firstSwitch = goTo(stack, 1, rest)
    const compiledSwitching = stack.compiles - loaded - compiledPlaying
    const later = Array.from({ length: quick ? 2 : 4 }, (_, i) => goTo(stack, i % 2, rest))
    await stack.close()
    const target = { op: '<=', value: 1.5 } as const
    return [
      { metric: 'one tick, p50', value: median(times), unit: 'ms' },
      { metric: `array buffers after ${ticks} ticks`, value: grown, unit: 'bytes', target: { op: '==', value: 0 } },
      { metric: 'shaders and programs compiled while it plays', value: compiledPlaying, unit: '', target: { op: '==', value: 0 } },
      { metric: 'shaders and programs compiled at the first switch', value: compiledSwitching, unit: '', target: { op: '==', value: 0 } },
      { metric: 'the first tick of the show / p50', value: first / median(times), unit: 'x' },
      { metric: 'first switch: worst tick / p50', value: firstSwitch, unit: 'x', target },
      { metric: 'later switches: worst tick / p50, the median switch', value: median(later), unit: 'x', target },
      { metric: 'worst tick without a switch / p50', value: Math.max(...times) / median(times), unit: 'x' },
    ]
  },
}
