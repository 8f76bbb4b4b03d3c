import { bytesFrom } from '../pixels.js'
import { MOST_SUBJECTS, type Seed, type SegmenterDecl } from '../types.js'
import { betweenSteps } from './between-steps.js'
import { DOPPEL_GRAPHS, sizeFor } from './doppel-graphs.js'
import { shareOut } from './doppel-mask.js'
import { createDoppelRig } from './doppel-rig.js'
import { createDoppelSubject, type DoppelSubject } from './doppel-subject.js'
import { boxOf, clicksOf, maskOf } from './seeding.js'

const isUsable = (seed: Seed) => clicksOf(seed).length > 0 || boxOf(seed) !== undefined || maskOf(seed) !== undefined

/**
 * Doppel's own tracker: small, of no class in particular, trained on pictures that Doppel draws itself. Each picture is encoded once; each
 * subject is then followed by its memory of the seeded frame and some since, by motion, and by its colours.
 */
export const doppel: SegmenterDecl = {
  id: 'doppel',
  label: 'Click and follow (Doppel)',
  about: 'Click anything and it is followed, on any processor; comes with Doppel.',
  kind: 'tracker',
  takes: ['clicks', 'boxes', 'masks'],
  most: MOST_SUBJECTS,
  // Two take three fifths of the time of one; four hardly less.
  threads: 2,
  graphs: DOPPEL_GRAPHS,
  async open({ encode, remember, follow, find, move, regroup }, source) {
    if (!encode || !remember || !follow || !find || !move || !regroup) throw new RangeError('doppel was opened without its graphs')
    const size = sizeFor(source)
    const rig = createDoppelRig({ encode, remember, follow, find, move, regroup }, size)
    await rig.warm()
    const subjects = new Map<number, DoppelSubject>()
    const spare: DoppelSubject[] = []
    const between = betweenSteps()
    const set = (i: number, seed: Seed | undefined) => {
      const there = subjects.get(i)
      if (seed) {
        const subject = there ?? spare.pop() ?? createDoppelSubject(rig)
        subjects.set(i, subject)
        return subject.seed(seed)
      }
      if (!there) return
      there.forget()
      spare.push(there)
      subjects.delete(i)
    }
    return {
      input: size,
      output: size,
      seed(i, seed) { if (!seed || isUsable(seed)) between.later(() => { set(i, seed) }) },
      async step(view, out) {
        between.run()
        out.confidence.fill(0)
        for (let i = 0; i < MOST_SUBJECTS; i++) out.plane(i).fill(0)
        if (subjects.size === 0) return
        const seen = await rig.look(view)
        for (const subject of subjects.values()) await subject.step(seen, view)
        const held = [...subjects.values()].filter(({ sure }) => sure > 0)
        if (shareOut(held.map(({ mask }) => mask))) for (const subject of held) await subject.settle(seen)
        for (const [i, { mask, sure }] of subjects) {
          if (sure > 0) bytesFrom(mask, out.plane(i))
          out.confidence[i] = sure
        }
      },
      reset() {
        between.later(() => {
          rig.forget()
          for (const subject of subjects.values()) subject.cut()
        })
      },
      close: () => rig.close(),
    }
  },
}
