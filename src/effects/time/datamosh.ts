import { beats, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const datamosh = defineEffect({
  id: 'datamosh',
  label: 'Datamosh',
  about: 'The picture forgets its key frame: the subject\'s motion drags stale blocks of colour along and tears it to smears, until the next bar snaps it back.',
  shader: 'datamosh.frag',
  reads: ['mask', 'previous', 'subject', 'flow'],
  remembers: true,
  params: {
    cycle: beats(1 / 2, 32, 4, 'Key picture every (beats)'),
    clean: beats(0, 1, 1 / 4, 'Clean at first (beats)'),
    gain: float(0, 4, 1.2, 'Motion drags'),
    push: float(0, 4, 0.5, 'The beat pushes'),
    blocks: int(9, 180, 36, 'Blocks (a height)'),
    reach: float(0, 0.2, 0.02, 'Beyond the subject (heights)'),
    heal: float(0, 0.95, 0.4, 'Blocks that heal in a beat'),
    slip: float(0, 1, 0.15, 'Colours slip'),
  },
})
