import { instantiate, type CloneDecl, type EffectDecl } from '../src/engine/effect.js'
import { createChain } from '../src/gl/chain.js'
import type { Bench } from './bench.js'
import { openEasel, plainRow, type Easel } from './easel.js'

const TARGET = { op: '<=', value: 1.5 } as const
const PLAIN_CLONE = 'vec4 clone(vec4 cutout, vec2 uv, float extra) { return cutout; }\n'
/** Ticks the copies are apart in time, where they are. */
const APART = 1

/** `side` x `side` copies that together cover the picture once: the subject is the whole picture. */
const mosaic = (side: number, past: boolean): EffectDecl => {
  const arrange: CloneDecl['arrange'] = (out, { aspect, moment }) => {
    for (let i = 0; i < side * side; i++) {
      const [column, row] = [i % side, Math.floor(i / side)]
      out.add(((column + 0.5) / side) * aspect, (row + 0.5) / side, 1 / side, 1 / side, 0, past ? (1 + (i % 32)) * APART * moment.dt : 0, 1, 0)
    }
  }
  return { id: `mosaic-${side}`, label: 'Mosaic', about: 'Copies edge to edge.', shader: 'mosaic.frag', reads: past ? ['history'] : [], params: {}, clones: { most: side * side, behind: 'none', front: false, arrange } }
}

const measure = ({ gpu, size: [width, height], picture, moment, cost }: Easel, decl: EffectDecl, rounds: number) => {
  const chain = createChain(gpu, { width, height, instances: [instantiate(decl)], shaderText: () => PLAIN_CLONE, report: ({ message }) => { throw new Error(message) } })
  const measured = cost((n) => { chain.run({ ...picture(n), mask: undefined }, moment(n)) }, rounds, 40)
  chain.close()
  return measured
}

/** Copies cost what they cover, however many they are. */
export const clones: Bench = {
  name: 'clones',
  about: '64 copies that together cover the picture once, with all that is kept for them, against a draw that only copies',
  async run({ quick, size }) {
    const easel = openEasel(size)
    const rounds = quick ? 15 : 61
    const [many, one, past, few] = [measure(easel, mosaic(8, false), rounds), measure(easel, mosaic(1, false), rounds), measure(easel, mosaic(8, true), rounds), measure(easel, mosaic(1, true), rounds)]
    const plain = plainRow(easel, [many, one, past, few])
    easel.close()
    return Promise.resolve([
      plain,
      { metric: '64 copies / passthrough', value: many.ratio, unit: 'x', target: TARGET },
      { metric: '64 copies / one copy as large', value: many.ratio / one.ratio, unit: 'x', target: TARGET },
      { metric: '64 copies of the past, and keeping it / passthrough', value: past.ratio, unit: 'x' },
      { metric: '64 copies of the past / one copy as large', value: past.ratio / few.ratio, unit: 'x', target: TARGET },
    ])
  },
}
