import { instantiate, type EffectDecl } from '../src/engine/effect.js'
import { effectById } from '../src/effects/index.js'
import { createChain } from '../src/gl/chain.js'
import type { Gpu, ShaderText, Target } from '../src/gl/types.js'
import type { Bench } from './bench.js'
import { openEasel, plainRow } from './easel.js'

/** Cheap passes of their own, beside Doppel's own colour effect three times over. */
const TEXTS: Readonly<Record<string, string>> = {
  'gain.frag': 'vec4 effect(vec4 here, vec2 uv) { return vec4(min(here.rgb * 1.3, here.a), here.a); }\n',
  'swap.frag': 'vec4 effect(vec4 here, vec2 uv) { return here.gbra; }\n',
  'steps.frag': 'vec4 effect(vec4 here, vec2 uv) { return vec4(floor(here.rgb * 6.0) / 6.0, here.a); }\n',
}
const cheap = (id: string): EffectDecl => ({ id, label: id, about: id, shader: `${id}.frag`, reads: [], params: {}, local: true })
const CHEAP = ['gain', 'swap', 'steps'].map(cheap)

const bytesOf = ({ gl }: Gpu, { framebuffer, width, height }: Target): Uint8Array => {
  const bytes = new Uint8Array(width * height * 4)
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes)
  return bytes
}

/** Neighbours that read their own pixel only are one pass; the picture stays the same to the byte. */
export const fuse: Bench = {
  name: 'fuse',
  about: 'three neighbouring effects that read their own pixel only, in one pass and in three',
  async run({ quick, size }) {
    const easel = openEasel(size)
    const { gpu, picture, moment } = easel
    const [width, height] = size
    const rounds = quick ? 15 : 61
    const shaderText: ShaderText = (file) => TEXTS[file] ?? easel.shaderText(file)
    const open = (decls: readonly EffectDecl[]) => {
      const instances = decls.map((decl, i) => instantiate(decl, `${decl.id}-${i}`))
      for (const { values } of instances) if ('contrast' in values) Object.assign(values, { contrast: 0.2, hue: 0.1 })
      const chain = (of: typeof instances) => createChain(gpu, { width, height, instances: of, shaderText, report: ({ message }) => { throw new Error(message) } })
      const [together, apart] = [chain(instances), instances.map((one) => chain([one]))]
      const runApart = (n: number) => apart.reduce((colour, each) => each.run({ ...picture(n), colour }, moment(n)), picture(n).colour)
      return { runTogether: (n: number) => together.run(picture(n), moment(n)), runApart, close: () => { for (const each of [together, ...apart]) each.close() } }
    }
    const compare = (decls: readonly EffectDecl[]) => {
      const { runTogether, runApart, close } = open(decls)
      const [together, apart] = [easel.cost(runTogether, rounds), easel.cost(runApart, rounds)]
      const [a, b] = [bytesOf(gpu, runTogether(1)), bytesOf(gpu, runApart(1))]
      close()
      return { together, apart, differing: a.filter((byte, i) => byte !== b[i]).length }
    }
    const [plain, colour] = [compare(CHEAP), compare(Array.from({ length: 3 }, () => effectById('colour')))]
    const passthrough = plainRow(easel, [plain.together, plain.apart])
    easel.close()
    return Promise.resolve([
      passthrough,
      { metric: 'three cheap passes: fused / apart', value: plain.together.ratio / plain.apart.ratio, unit: 'x', target: { op: '<=', value: 0.65 } },
      { metric: 'three cheap passes, fused / passthrough', value: plain.together.ratio, unit: 'x' },
      { metric: 'three colour effects: fused / apart', value: colour.together.ratio / colour.apart.ratio, unit: 'x' },
      { metric: 'bytes that differ', value: plain.differing + colour.differing, unit: '', target: { op: '==', value: 0 } },
    ])
  },
}
