import { beats, choice, colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const frozen = defineEffect({
  id: 'frozen',
  label: 'Frozen',
  about: 'Every other beat the subject freezes to a statue of ice and dances on in front of it; or the world freezes, and only the subject still moves.',
  shader: 'frozen.frag',
  reads: ['mask', 'previous', 'plate'],
  remembers: true,
  params: {
    freeze: choice(['subject', 'world'], 'subject', 'What freezes'),
    cycle: beats(1 / 4, 16, 2, 'Freezes anew every (beats)'),
    held: float(0.05, 1, 1, 'Frozen for (share)'),
    live: float(0, 1, 1, 'The live subject dances on'),
    stay: float(0, 1, 0.6, 'Earlier statues stay'),
    ice: colour(0.5, 0.82, 1, 0.9, 'Ice (alpha: how much)'),
    carved: float(0, 1, 0.6, 'Carved'),
    flash: float(0, 1, 0.7, 'Flash'),
  },
})
