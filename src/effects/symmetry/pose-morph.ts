import { beats, choice, colour, float, trigger } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const poseMorph = defineEffect({
  id: 'pose-morph',
  label: 'Pose Morph',
  about: 'A pose is frozen every bar, and the subject melts into it and out again as if it were made of warm wax.',
  shader: 'pose-morph.frag',
  reads: ['previous', 'subject', 'sdf', 'plate'],
  remembers: true,
  params: {
    cycle: beats(1, 32, 4, 'A new pose every (beats)'),
    motion: choice(['swing', 'melt', 'hold'], 'swing', 'Motion'),
    swing: beats(1 / 2, 8, 2, 'There and back in (beats)'),
    depth: float(0, 1, 1, 'How far into the pose'),
    goo: float(0, 0.1, 0.03, 'Wax between the poses (heights)'),
    rim: colour(1, 0.55, 0.2, 0.8, 'Glow of the edge'),
    snap: trigger('New pose now'),
  },
  plain: { motion: 'swing' },
})
