import { openShaderLibrary, shaderFolder } from '../src/effects/library.js'
import type { EffectInstance, Moment } from '../src/engine/effect.js'
import { createChain } from '../src/gl/chain.js'
import { openGpu } from '../src/gl/context.js'
import { createPictureStage } from '../src/gl/picture.js'
import { createProgram } from '../src/gl/program.js'
import { createTarget } from '../src/gl/target.js'
import type { Chain, Drawn, Gpu, ShaderText } from '../src/gl/types.js'
import { openGenerator } from '../src/inputs/generators.js'
import type { Row, Size } from './bench.js'
import { median, medianRatio } from './measure.js'

export interface Cost {
  /** Times of the passthrough draw that was measured right before; the median over all rounds. */
  readonly ratio: number
  readonly ms: number
  readonly plainMs: number
}

/** What passes are measured with: the dancer's pictures, already painted, and a draw that only copies one of them. */
export interface Easel {
  readonly gpu: Gpu
  readonly size: Size
  readonly shaderText: ShaderText
  /** Tick n's picture with its mask, another one in every tick. */
  picture(n: number): Drawn
  moment(n: number): Moment
  /** An effect chain as a layer has it; throws what it would report. */
  chain(instances: readonly EffectInstance[]): Chain
  /** Draws ticks 0 to `warm` unmeasured, then `rounds` more, each right after a passthrough draw; every draw is waited for. */
  cost(draw: (n: number) => void, rounds: number, warm?: number): Cost
  close(): void
}

const TICK_SECONDS = 1 / 30
/** Painted beforehand, and shown forwards and backwards: painting costs more than most effects. */
const PICTURES = 8
const BPM = 120

const COPY = `#version 300 es
precision highp float;
in vec2 hostUv;
uniform sampler2D source;
out vec4 colour;
void main() { colour = texture(source, hostUv); }
`

const paint = (gpu: Gpu, width: number, height: number, shaderText: ShaderText) => {
  const dancer = openGenerator('dancer', { id: 'dancer', width, height, seed: 1 })
  return Array.from({ length: PICTURES }, (_, n) => {
    const stage = createPictureStage(gpu, { width, height, shaderText })
    dancer.advance({ n, time: 1 + n * TICK_SECONDS, dt: TICK_SECONDS, skipped: 0 })
    const latest = dancer.latest()
    if (!latest) throw new Error('the dancer gave no picture')
    return { drawn: stage.draw(latest, 'letterbox', momentOf(n)), close: () => { stage.close() } }
  })
}

const momentOf = (n: number): Moment => ({ time: n * TICK_SECONDS, dt: TICK_SECONDS, frame: n, bpm: BPM, beat: (n * TICK_SECONDS * BPM) / 60, seed: 1 })

export const openEasel = (size: Size): Easel => {
  const [width, height] = size
  const gpu = openGpu()
  const { gl } = gpu
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: ({ message }) => { throw new Error(message) } })
  const pictures = paint(gpu, width, height, library.text)
  const copied = createTarget(gpu, { width, height, format: 'rgba8' })
  const copy = createProgram(gpu, { fragment: COPY, file: 'copy' })
  const picture = (n: number): Drawn => {
    const step = n % (2 * PICTURES - 2)
    const painted = pictures[step < PICTURES ? step : 2 * PICTURES - 2 - step]
    if (!painted) throw new RangeError(`there is no picture for tick ${n}`)
    return { ...painted.drawn, seq: n }
  }
  const passthrough = (n: number) => {
    copy.use()
    copy.texture('source', picture(n).colour.texture)
    copy.draw(copied)
  }
  const timed = (draw: (n: number) => void, n: number): number => {
    const started = performance.now()
    draw(n)
    gl.finish()
    return performance.now() - started
  }
  return {
    gpu, size, picture,
    shaderText: library.text,
    moment: momentOf,
    chain: (instances) => createChain(gpu, { width, height, instances, shaderText: library.text, tickSeconds: TICK_SECONDS, report: ({ message }) => { throw new Error(message) } }),
    cost(draw, rounds, warm = 4) {
      for (let n = 0; n < warm; n++) draw(n)
      gl.finish()
      const [plain, drawn] = [new Float64Array(rounds), new Float64Array(rounds)]
      for (let i = 0; i < rounds; i++) {
        plain[i] = timed(passthrough, warm + i)
        drawn[i] = timed(draw, warm + i)
      }
      return { ratio: medianRatio([...drawn], [...plain]), ms: median(drawn), plainMs: median(plain) }
    },
    close() {
      for (const unit of [copy, copied, ...pictures, library]) unit.close()
      gpu.close()
    },
  }
}

/** What all of an easel's costs are compared with, as the median of their passthrough draws. */
export const plainRow = ({ size: [width, height] }: Easel, costs: readonly Cost[]): Row =>
  ({ metric: `passthrough draw at ${width}x${height}, p50`, value: median(costs.map(({ plainMs }) => plainMs)), unit: 'ms' })
