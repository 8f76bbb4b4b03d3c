import { beats, colour, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addPatch } from './patch.js'

export const inflate = defineEffect({
  id: 'inflate',
  label: 'Inflate',
  about: 'The subject swells like a balloon with every kick and grows a coat of shaggy fur that sways with the beat.',
  shader: 'inflate.frag',
  reads: ['mask', 'sdf', 'subject'],
  clones: {
    most: 1,
    behind: 'source',
    front: false,
    arrange(out, play) {
      const room = Number(play.values.swell) + Number(play.values.fur)
      addPatch(out, play, room, room, room, room)
    },
  },
  params: {
    swell: float(0, 0.15, 0.06, 'Swells (heights)'),
    rest: float(0, 1, 0.25, 'Stays swollen'),
    rate: beats(1 / 4, 4, 1, 'A kick every (beats)'),
    fur: float(0, 0.2, 0.07, 'Fur (heights)'),
    strands: int(20, 200, 70, 'Strands (a height)'),
    comb: float(-1, 1, 0.5, 'Sways'),
    tips: colour(1, 0.85, 0.6, 0.5, 'Tips'),
  },
})
