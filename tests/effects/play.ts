import { instantiate, type EffectDecl, type EffectInstance } from '../../src/engine/effect.js'
import type { ParamDecl, ParamValue } from '../../src/engine/params.js'
import type { Fault } from '../../src/engine/types.js'
import { openShaderLibrary, shaderFolder } from '../../src/effects/library.js'
import { createChain } from '../../src/gl/chain.js'
import { createPictureStage } from '../../src/gl/picture.js'
import type { Chain, Drawn, Gpu, PictureStage, ShaderText, Target } from '../../src/gl/types.js'
import { openGenerator, type GeneratorName } from '../../src/inputs/generators.js'
import { drawnOf, filledMask, filledTarget, moment, pixelsOf } from '../gl/support.js'
import type { Image } from '../support/golden.js'

export const W = 128
export const H = 72

/** The package's own shaders. */
export const shaderText: ShaderText = openShaderLibrary(shaderFolder(), { watch: false, report: () => {} }).text

export interface Played {
  readonly chain: Chain
  readonly instance: EffectInstance
  /** Everything that was reported: empty when all went well. */
  readonly faults: Omit<Fault, 'count'>[]
}

/** One effect in a chain of its own. */
export const playEffect = (gpu: Gpu, decl: EffectDecl, values: Record<string, ParamValue> = {}, { text = shaderText, size = [W, H], subjects = 0 }: { text?: ShaderText; size?: readonly [number, number]; subjects?: number } = {}): Played => {
  const faults: Omit<Fault, 'count'>[] = []
  const instance = instantiate(decl)
  Object.assign(instance.values, values)
  const chain = createChain(gpu, { width: size[0], height: size[1], instances: [instance], shaderText: text, subjects, report: (fault) => faults.push(fault) })
  return { chain, instance, faults }
}

/** Where the subject of {@link scene} is in tick `n`, pixels from the top left: it crosses the picture and leaves it. */
export const subjectAt = (n: number): { readonly x: number; readonly y: number; readonly r: number } => ({ x: 24 + 4 * n, y: 36 + 10 * Math.sin(n / 3), r: 13 })

/** A small picture of its own: two gradients, checks, a dark corner; and a bright disc, its subject, that moves. */
export const scene = (gpu: Gpu, n: number): Drawn => {
  const { x: cx, y: cy, r } = subjectAt(n)
  const cover = (x: number, y: number) => Math.min(1, Math.max(0, r - Math.hypot(x + 0.5 - cx, y + 0.5 - cy) + 0.5))
  const colour = filledTarget(gpu, W, H, (x, y) => {
    const check = ((x >> 3) + (y >> 3)) % 2
    const back = [40 + x, 20 + 2 * y, 120 - y + 60 * check]
    const shade = 1 - Math.hypot(x - cx + 5, y - cy + 5) / 60
    const front = [250 * shade, 170 * shade, 60]
    const c = cover(x, y)
    return [...back.map((b, i) => Math.round(b * (1 - c) + (front[i] ?? 0) * c)), 255]
  })
  return drawnOf(colour, filledMask(gpu, W, H, (x, y) => Math.round(255 * cover(x, y))), n + 1)
}

/** The {@link scene} with a second subject, a square that stands on the right, unless it has left: a mask in each of two channels. */
export const duet = (gpu: Gpu, n: number, both = true): Drawn => {
  const { x: cx, y: cy, r } = subjectAt(n)
  const disc = (x: number, y: number) => Math.hypot(x + 0.5 - cx, y + 0.5 - cy) < r
  const square = (x: number, y: number) => both && Math.abs(x - 100) < 12 && Math.abs(y - 40) < 14
  const colour = filledTarget(gpu, W, H, (x, y) => (disc(x, y) ? [240, 160, 60, 255] : square(x, y) ? [60, 90, 220, 255] : [x, 2 * y, 90, 255]))
  const masks = filledTarget(gpu, W, H, (x, y) => [disc(x, y) ? 255 : 0, square(x, y) ? 255 : 0, 0, 0])
  return { ...drawnOf(colour, masks, n + 1), subjects: { count: 2, packed: 'channels' } }
}

/** Frees what {@link scene} made. */
export const closeDrawn = ({ colour, mask }: Drawn): void => {
  colour.close()
  mask?.close()
}

/** Runs ticks `from` to `to` on {@link scene} and gives the last picture. */
export const playScene = (gpu: Gpu, { chain }: Played, from: number, to: number): Target => {
  for (let n = from; ; n++) {
    const drawn = scene(gpu, n)
    const out = chain.run(drawn, moment(n))
    // The input stays alive while it may be the output itself.
    if (n < to) closeDrawn(drawn)
    else return out
  }
}

export interface Generator { readonly stage: PictureStage; draw(n: number): Drawn; close(): void }

/** A generator drawn at 128x72 or another size. */
export const playGenerator = (gpu: Gpu, name: GeneratorName, [width, height]: readonly [number, number] = [W, H], seed = 3): Generator => {
  const source = openGenerator(name, { id: name, width, height, seed })
  const stage = createPictureStage(gpu, { width, height, shaderText })
  return {
    stage,
    draw(n) {
      source.advance({ n, time: n / 60, dt: 1 / 60, skipped: 0 })
      const picture = source.latest()
      if (!picture) throw new Error(`${name} gave no picture`)
      return stage.draw(picture, 'fill', moment(n))
    },
    close() { stage.close() },
  }
}

/** The picture as golden files hold it. */
export const imageOf = (gpu: Gpu, target: Target): Image => {
  const { width, height } = target
  const rows = pixelsOf(gpu, target)
  const data = new Uint8Array(rows.length)
  for (let y = 0; y < height; y++) data.set(rows.subarray(y * width * 4, (y + 1) * width * 4), (height - 1 - y) * width * 4)
  return { width, height, data }
}

const span = (decl: { min: number; max: number }, share: number) => decl.min + (decl.max - decl.min) * share

/** Values worth trying: the ends of the range and what lies beyond the obvious. */
export const extremesOf = (decl: ParamDecl): readonly ParamValue[] => {
  switch (decl.type) {
    case 'float': case 'beats': return [decl.min, decl.default, decl.max, span(decl, 0.37)]
    case 'int': return [decl.min, decl.default, decl.max]
    case 'bool': return [false, true]
    case 'choice': return decl.choices
    case 'colour': return [[0, 0, 0, 0], [1, 1, 1, 1], [1, 0, 0.5, 0.5]]
    case 'point': return [[0, 0], [0.5, 0.5], [1, 1], [-1, 2]]
    case 'trigger': return [0, 1, 1000]
  }
}

/** A value a good way off the default, so that the parameter's own part of the shader is at work. */
export const offDefault = (decl: ParamDecl): ParamValue => {
  switch (decl.type) {
    case 'float': case 'beats': return decl.default + 0.3 * ((decl.max - decl.default || decl.min - decl.default))
    case 'int': return Math.round(decl.default + 0.3 * (decl.max - decl.default))
    case 'bool': return !decl.default
    case 'choice': return decl.choices.at(-1) ?? decl.default
    case 'colour': return [0.9, 0.3, 0.6, 0.5]
    case 'point': return [0.4, 0.65]
    case 'trigger': return 1
  }
}
