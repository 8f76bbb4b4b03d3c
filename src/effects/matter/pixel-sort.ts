import { beats, choice, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addPatch } from './patch.js'

export const pixelSort = defineEffect({
  id: 'pixel-sort',
  label: 'Pixel Sort',
  about: 'On the beat the subject\'s pixels line up by brightness in streaks that shoot along it and draw back, strand by strand.',
  shader: 'pixel-sort.frag',
  reads: ['mask', 'subject'],
  clones: {
    most: 1,
    behind: 'source',
    front: false,
    arrange(out, play) {
      const spill = Number(play.values.spill)
      const angle = (Number(play.values.angle) * Math.PI) / 180
      const [x, y] = [spill * Math.cos(angle), spill * Math.sin(angle)]
      addPatch(out, play, Math.max(0, -x), Math.max(0, -y), Math.max(0, x), Math.max(0, y))
    },
  },
  params: {
    rate: beats(1 / 4, 8, 1, 'Every (beats)'),
    reach: float(0, 1, 1, 'Sorted on the beat'),
    hold: float(0, 1, 0.5, 'Sorted between beats'),
    angle: float(-180, 180, 90, 'Direction (degrees, 90 is up)'),
    strand: float(0.002, 0.08, 0.008, 'Strands (heights wide)'),
    ragged: float(0, 1, 0.7, 'Ragged ends'),
    spill: float(0, 0.6, 0.35, 'Spills over (heights)'),
    key: choice(['brightness', 'hue', 'colourfulness'], 'brightness', 'Sorted by'),
  },
  plain: { key: 'brightness' },
})
