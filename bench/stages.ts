import { EFFECTS } from '../src/effects/index.js'
import { openShaderLibrary, shaderFolder } from '../src/effects/library.js'
import { instantiate, type Moment } from '../src/engine/effect.js'
import { createChain } from '../src/gl/chain.js'
import { openGpu } from '../src/gl/context.js'
import { createProgram } from '../src/gl/program.js'
import { createTarget } from '../src/gl/target.js'
import type { Gpu } from '../src/gl/types.js'
import { openMemory } from '../src/outputs/memory.js'
import type { Bench, Context, Row } from './bench.js'
import { median } from './measure.js'
import { openRig } from './rig.js'

const SIZES = [[1920, 1080], [1280, 720]] as const
const CHAINS = [['colour'], ['kaleidoscope', 'echo'], ['feedback', 'rgb-split', 'pixelate']] as const
const FPS = 60

const COPY = `#version 300 es
precision highp float;
in vec2 hostUv;
uniform sampler2D source;
out vec4 colour;
void main() { colour = texture(source, hostUv); }
`
/** Something in every pixel, for passes that look around. */
const PATTERN = `#version 300 es
precision highp float;
in vec2 hostUv;
out vec4 colour;
void main() { colour = vec4(0.5 + 0.5 * sin(vec3(97.0, 61.0, 31.0) * (hostUv.x + hostUv.yxx * hostUv.y)), 1.0); }
`

const ticks = async (gpu: Gpu, { clips, quick }: Context, [width, height]: readonly [number, number], effects: readonly string[]): Promise<Row[]> => {
  const output = openMemory({ id: 'memory', width, height, format: 'i420' })
  const rig = await openRig({ gpu, clip: clips.clip(1920, 1080, FPS, 5), effects, size: [width, height], fps: FPS, outputs: [output] })
  for (let i = 0; i < (quick ? 20 : 80); i++) await rig.step()
  const { pull: _asked, present: _none, mask: _unused, ...stages } = rig.show.stages.summary()
  await rig.close()
  return Object.entries(stages).map(([stage, { p50 }]) => ({ metric: `${height}p ${effects.join(' + ')}: ${stage}, p50`, value: p50, unit: 'ms' }))
}

/** Median time of one draw, waited for. */
const drawMs = ({ gl }: Gpu, rounds: number, draw: (n: number) => void): number => {
  const times = new Float64Array(rounds)
  for (let n = -3; n < rounds; n++) {
    gl.finish()
    const started = performance.now()
    draw(n + 3)
    gl.finish()
    if (n >= 0) times[n] = performance.now() - started
  }
  return median(times)
}

const passes = (gpu: Gpu, { quick }: Context, [width, height]: readonly [number, number]): Row[] => {
  const rounds = quick ? 10 : 40
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: ({ message }) => { throw new Error(message) } })
  const target = () => createTarget(gpu, { width, height, format: 'rgba8' })
  const [input, copied] = [target(), target()] as const
  const pattern = createProgram(gpu, { fragment: PATTERN, file: 'pattern' })
  pattern.use()
  pattern.draw(input)
  const copy = createProgram(gpu, { fragment: COPY, file: 'copy' })
  const plain = drawMs(gpu, rounds, () => {
    copy.use()
    copy.texture('source', input.texture)
    copy.draw(copied)
  })
  const rows: Row[] = [{ metric: `${height}p passthrough draw`, value: plain, unit: 'ms' }]
  for (const decl of EFFECTS) {
    const chain = createChain(gpu, { width, height, instances: [instantiate(decl)], shaderText: library.text, report: ({ message }) => { throw new Error(message) } })
    const ms = drawMs(gpu, rounds, (n) => {
      const moment: Moment = { time: n / FPS, dt: 1 / FPS, frame: n, bpm: 120, beat: n / 30, seed: 1 }
      chain.run({ colour: input, mask: undefined, seq: n }, moment)
    })
    chain.close()
    rows.push({ metric: `${height}p ${decl.id} alone / passthrough`, value: ms / plain, unit: 'x' })
  }
  for (const unit of [pattern, copy, input, copied] as readonly { close(): void }[]) unit.close()
  library.close()
  return rows
}

/** Where a tick's time goes. A driver may put work off, so a stage can show what an earlier one asked for; the sum is right. */
export const stages: Bench = {
  name: 'stages',
  about: 'milliseconds of every stage for typical chains (1080p60 clip, memory output), and each effect against a passthrough draw',
  async run(context) {
    const gpu = openGpu()
    const rows: Row[] = []
    for (const size of SIZES) {
      for (const chain of CHAINS) rows.push(...(await ticks(gpu, context, size, chain)))
      rows.push(...passes(gpu, context, size))
    }
    gpu.close()
    return rows
  },
}

