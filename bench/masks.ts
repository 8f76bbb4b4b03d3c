import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setImmediate as rest, setTimeout as pause } from 'node:timers/promises'
import { planShow } from '../src/app/plan.js'
import { openShow } from '../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../src/effects/library.js'
import { createFaults } from '../src/engine/guard.js'
import { openGpu } from '../src/gl/context.js'
import { openGenerator } from '../src/inputs/generators.js'
import { openGraph } from '../src/masking/graph.js'
import { openMasker } from '../src/masking/masker.js'
import { createPixelTensor } from '../src/masking/pixels.js'
import { selfie } from '../src/masking/segmenters/selfie.js'
import type { Bench, Row, Size } from './bench.js'
import { median, medianRatio, quantile } from './measure.js'

const SIDE = 256
/** Rounds of one kind before those of the other. */
const TURN = 20
/** Ticks of one kind before those of the other. */
const TICKS = 60
const model = join(resolve(process.env['DOPPEL_TESTDATA'] ?? '../shared'), 'models', 'selfie_segmentation.onnx')

const openWorker = (live: boolean) => openMasker({ id: 'masks', segmenter: 'selfie', files: { model }, source: { width: 1280, height: 720 }, provider: 'cpu', live })
/** What software GL plays at 720p on two cores; a show that its machine cannot play at all has no time to give to anything. */
const FPS = 30

const p95 = (values: readonly number[]) => quantile(values, 0.95)

/** Milliseconds of the model alone, on input that was written just before, and of a picture's whole way to its mask. */
const overhead = async (rounds: number): Promise<readonly [raw: number, whole: number]> => {
  const contract = selfie.graphs['model']
  if (!contract) throw new RangeError('selfie has no model')
  const graph = await openGraph(model, contract, { provider: 'cpu', threads: 1 })
  const image = createPixelTensor({ width: SIDE, height: SIDE, layout: 'NHWC', order: 'RGB', scale: 1 / 255 })
  const data = new Uint8Array(SIDE * SIDE * 4).map((_, i) => (i * 7919) % 256)
  const masker = await openWorker(false)
  const raw: number[] = []
  const whole: number[] = []
  // In turns, so that whatever else the machine does slows both alike; so many at a time, so that each runs as it does on its own.
  for (let i = 0; i < rounds; i++) {
    if (Math.floor(i / TURN) % 2 === 0) {
      image.fill({ data })
      const began = performance.now()
      await graph.run({ image: image.tensor })
      raw.push(performance.now() - began)
    } else {
      const began = performance.now()
      masker.post({ width: SIDE, height: SIDE, data, seq: i, capturedAt: i * 20 })
      await masker.settle()
      masker.newest()
      whole.push(performance.now() - began)
    }
  }
  await graph.close()
  await masker.close()
  return [median(raw), median(whole)]
}

interface Interference {
  readonly alone: number
  readonly beside: number
  readonly ratio: number
  readonly masks: number
  readonly ticks: number
  /** Milliseconds of the show's own thread for a picture handed over, and for a mask taken and uploaded. */
  readonly handing: number
  readonly uploading: number
}

/** The tick's 95th percentile while a worker segments every picture it has time for, and without it, in turns; on the clock, or one tick straight after another. */
const interference = async (size: Size, ticks: number, onTheClock: boolean): Promise<Interference> => {
  const gpu = openGpu()
  const faults = createFaults()
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const [width, height] = size
  const source = openGenerator('testcard', { id: 'testcard', width, height, seed: 1 })
  const show = openShow({ plan: planShow('generator:testcard', ['colour:hue=0.1']), gpu, size, fps: FPS, sources: new Map([['testcard', source]]), outputs: [], shaders: library, faults })
  const masker = await openWorker(true)
  const data = new Uint8Array(SIDE * SIDE * 4).fill(90)
  // Of every turn by itself: what else the machine does comes and goes, and then spoils few of them.
  const turns = { alone: [] as number[][], beside: [] as number[][] }
  const [handing, uploading] = [[] as number[], [] as number[]]
  const { gl } = gpu
  const texture = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, texture)
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R8, SIDE, SIDE)
  const timed = (into: number[], run: () => void) => {
    const began = performance.now()
    run()
    into.push(performance.now() - began)
  }
  let masks = 0
  let seen = 0
  const start = performance.now()
  for (let n = 0; n < ticks; n++) {
    const busy = Math.floor(n / TICKS) % 2 === 1
    const turn = turns[busy ? 'beside' : 'alone']
    if (n % TICKS === 0) turn.push([])
    const mask = masker.newest()
    if (mask && mask.seq !== seen) {
      seen = mask.seq
      gl.bindTexture(gl.TEXTURE_2D, texture)
      timed(uploading, () => {
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, mask.width, mask.height, gl.RED, gl.UNSIGNED_BYTE, mask.plane(0))
        gl.finish()
      })
    }
    const began = performance.now()
    show.tick({ n, time: n / FPS, dt: 1 / FPS, skipped: 0 })
    gl.finish()
    turn.at(-1)?.push(performance.now() - began)
    // As a show does it: what the tick drew small for the model is there when the tick is drawn.
    if (busy && masker.idle) {
      masks += 1
      timed(handing, () => { masker.post({ width: SIDE, height: SIDE, data, seq: n, capturedAt: n }) })
    }
    await (onTheClock ? pause(Math.max(0, start + (1000 * (n + 1)) / FPS - performance.now())) : rest())
  }
  await masker.close()
  gl.deleteTexture(texture)
  show.close()
  library.close()
  gpu.close()
  const [alone, beside] = [turns.alone.map(p95), turns.beside.map(p95)]
  return { alone: median(alone), beside: median(beside), ratio: medianRatio(beside, alone), masks, ticks: ticks / 2, handing: median(handing), uploading: median(uploading) }
}

/** Megabytes the whole process grew by while so many masks were made, from when it was warm. */
const growth = async (count: number): Promise<number> => {
  const masker = await openWorker(false)
  const data = new Uint8Array(SIDE * SIDE * 4).map((_, i) => (i * 7919) % 256)
  let warm = 0
  for (let i = 0; i < count; i++) {
    masker.post({ width: SIDE, height: SIDE, data, seq: i, capturedAt: i * 20 })
    await masker.settle()
    masker.newest()
    if (i === Math.floor(count / 20)) warm = process.memoryUsage().rss
  }
  const grown = (process.memoryUsage().rss - warm) / 2 ** 20
  await masker.close()
  return grown
}

/** What the mask worker adds to the model it runs, and what it takes from the show. */
export const masks: Bench = {
  name: 'masks',
  about: 'a picture\'s way through the mask worker against the model alone (selfie, one core), and what it takes from the tick',
  async run({ quick, size }): Promise<Row[]> {
    if (!existsSync(model)) return [{ metric: 'worker / model', value: null, unit: 'x', note: `SKIPPED: no model at ${model} (set DOPPEL_TESTDATA)` }]
    const [raw, whole] = await overhead(quick ? 200 : 800)
    const played = await interference(size, quick ? 240 : 1800, true)
    const full = await interference(size, quick ? 240 : 960, false)
    const many = quick ? 2000 : 20_000
    const grown = await growth(many)
    return [
      { metric: `resident memory, ${many} masks`, value: grown, unit: 'MB', target: { op: '<=', value: 8 } },
      { metric: 'model alone, p50', value: raw, unit: 'ms' },
      { metric: 'picture to mask, p50', value: whole, unit: 'ms' },
      { metric: 'worker / model', value: whole / raw, unit: 'x', target: { op: '<=', value: 1.15 } },
      { metric: 'the show\'s thread: a picture handed over, p50', value: played.handing, unit: 'ms' },
      { metric: 'the show\'s thread: a mask uploaded, p50', value: played.uploading, unit: 'ms', target: { op: '<=', value: 0.3 } },
      { metric: `tick p95 alone, ${FPS} a second`, value: played.alone, unit: 'ms' },
      { metric: `tick p95 segmenting, ${FPS} a second`, value: played.beside, unit: 'ms', note: `${played.masks} masks in ${played.ticks} ticks` },
      { metric: 'tick p95 segmenting / alone, played', value: played.ratio, unit: 'x', target: { op: '<=', value: 1.05 } },
      { metric: 'tick p95 segmenting / alone, no rest between ticks', value: full.ratio, unit: 'x', note: `${full.masks} masks in ${full.ticks} ticks` },
    ]
  },
}
