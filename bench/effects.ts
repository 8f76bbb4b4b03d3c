import { EFFECTS } from '../src/effects/index.js'
import { instantiate, type EffectDecl, type Reads } from '../src/engine/effect.js'
import { createChain } from '../src/gl/chain.js'
import type { Chain } from '../src/gl/types.js'
import type { Bench, Row } from './bench.js'
import { openEasel, plainRow, type Easel } from './easel.js'
import { median } from './measure.js'

/** Effects with a past are measured when it is full: ticks of 2 s of history, 4 beats of loop, and a plate learnt in full. */
const FULL = { long: 62, quick: 26 }
const PAST: ReadonlySet<string> = new Set(['history', 'loop', 'previous', 'plate'])
/** What each effect of a chain has for itself; all else is kept once, for all of them. */
const OWN: ReadonlySet<Reads> = new Set(['previous', 'blurred'])

/** What a chain keeps for an effect, beside what the effect itself draws. */
const keptFor = ({ reads, clones }: EffectDecl): Reads[] => {
  const kept = new Set<Reads>(reads.filter((read) => !OWN.has(read)))
  if (clones) kept.add('subject')
  if (clones?.behind === 'plate' || clones?.behind === 'world') kept.add('plate')
  return [...kept].sort()
}

/** A chain that keeps all this and only copies the picture. */
const openKeeper = ({ gpu, size: [width, height], moment }: Easel, reads: readonly Reads[]): Chain => {
  const keeper: EffectDecl = { id: 'keeper', label: 'Keeper', about: 'Copies the picture.', shader: 'keeper.frag', reads, params: {} }
  return createChain(gpu, {
    width, height, instances: [instantiate(keeper)], tickSeconds: moment(0).dt,
    shaderText: () => 'vec4 effect(vec2 uv) { return texture(source, uv); }',
    report: ({ message }) => { throw new Error(message) },
  })
}

/** What every effect costs in a tick, with all that is measured and kept for it (its subject, distances, motion, history) and without. */
export const effects: Bench = {
  name: 'effects',
  about: 'every effect alone, at its defaults, with a new picture of the dancer in every tick, against a draw that only copies',
  async run({ quick, size, say }) {
    const easel = openEasel(size)
    const rounds = quick ? 9 : 31
    const full = quick ? FULL.quick : FULL.long
    const measure = (chain: Chain, reads: readonly Reads[]) => {
      const cost = easel.cost((n) => { chain.run(easel.picture(n), easel.moment(n)) }, rounds, reads.some((read) => PAST.has(read)) ? full : 4)
      chain.close()
      return cost
    }
    const known = new Map<string, number>()
    const keeping = (reads: readonly Reads[]): number => {
      const name = reads.join(', ')
      // The keeper's own drawing is a passthrough.
      const kept = known.get(name) ?? (reads.length > 0 ? Math.max(0, measure(openKeeper(easel, reads), reads).ratio - 1) : 0)
      known.set(name, kept)
      return kept
    }
    say(`${EFFECTS.length} effects at ${size.join('x')}, ${rounds} rounds each`)
    const costs = EFFECTS.map((decl) => {
      const cost = measure(easel.chain([instantiate(decl)]), decl.reads)
      const own = cost.ratio - keeping(keptFor(decl))
      say(`${decl.id} ${cost.ratio.toFixed(2)} x, its own ${own.toFixed(2)} x`)
      return { decl, cost, own }
    })
    const plain = plainRow(easel, costs.map(({ cost }) => cost))
    easel.close()
    const rows = costs.map(({ decl: { id, reads }, cost: { ratio, ms }, own }): Row => ({ metric: id, value: ratio, unit: 'x', note: [`its own ${own.toFixed(2)} x`, `${ms.toFixed(1)} ms`, ...reads].join(', ') }))
    const kept = [...known].filter(([name]) => name !== '').map(([name, value]): Row => ({ metric: `kept: ${name}`, value, unit: 'x' }))
    return Promise.resolve([
      plain, ...rows, ...kept,
      { metric: 'dearest effect', value: Math.max(...costs.map(({ cost }) => cost.ratio)), unit: 'x' },
      { metric: 'median of what effects cost themselves / passthrough', value: median(costs.map(({ own }) => own)), unit: 'x' },
      { metric: 'median of all effects / passthrough, with everything kept for it', value: median(costs.map(({ cost }) => cost.ratio)), unit: 'x', target: { op: '<=', value: 2.5 } },
    ])
  },
}
