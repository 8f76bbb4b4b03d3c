import { createDistanceField } from '../src/gl/subject/distance.js'
import { createFlow } from '../src/gl/subject/flow.js'
import { createMasks } from '../src/gl/subject/masks.js'
import { createPlate } from '../src/gl/subject/plate.js'
import { createSubjectWatch } from '../src/gl/subject/watch.js'
import type { Bench } from './bench.js'
import { openEasel, plainRow } from './easel.js'

const TARGET = { op: '<=', value: 1.5 } as const

/** Pictures after which the plate learns in parts, as it does for the rest of the show. */
const LEARNT = 32

/** What following a subject costs, part by part. */
export const subject: Bench = {
  name: 'subject',
  about: 'what effects know of their subject, for a new picture of the dancer in every tick, against a draw that only copies',
  async run({ quick, size }) {
    const easel = openEasel(size)
    const { gpu, picture, moment } = easel
    const [width, height] = size
    const rounds = quick ? 15 : 61
    const masks = createMasks(gpu, { width, height })
    const field = createDistanceField(gpu, { width, height })
    const flow = createFlow(gpu, { width, height })
    const plate = createPlate(gpu, { width, height })
    const facts = createSubjectWatch(gpu, { width, height, reads: new Set(['subject']) })
    const distances = easel.cost((n) => {
      masks.take(picture(n).mask, n)
      field.update(masks)
    }, rounds)
    const motion = easel.cost((n) => { flow.update(picture(n).colour, n, moment(n).time) }, rounds)
    const background = easel.cost((n) => {
      const { colour, mask } = picture(n)
      if (mask) plate.update(colour, { chosen: mask, whole: false, count: 1 }, undefined, n, moment(n).time)
    }, rounds, LEARNT)
    const measures = easel.cost((n) => { facts.update(picture(n), moment(n), false) }, rounds)
    const plain = plainRow(easel, [distances, motion, background, measures])
    for (const unit of [masks, field, flow, plate, facts]) unit.close()
    easel.close()
    return Promise.resolve([
      plain,
      { metric: 'signed distances, half size / passthrough', value: distances.ratio, unit: 'x', target: TARGET },
      { metric: 'flow, quarter size / passthrough', value: motion.ratio, unit: 'x', target: TARGET },
      { metric: 'clean plate / passthrough', value: background.ratio, unit: 'x' },
      { metric: 'box, middle and axis / passthrough', value: measures.ratio, unit: 'x' },
    ])
  },
}
