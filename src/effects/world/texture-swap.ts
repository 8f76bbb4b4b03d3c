import { beats, choice, colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addPatch } from '../matter/patch.js'

export const textureSwap = defineEffect({
  id: 'texture-swap',
  label: 'Texture Swap',
  about: 'Subjects wear each other, swapped by a line of light on the beat; one alone wears itself, upside down and a beat late.',
  shader: 'texture-swap.frag',
  reads: ['mask', 'history', 'subject'],
  clones: { most: 1, behind: 'source', front: false, arrange: (out, play) => { addPatch(out, play, 0, 0, 0, 0) } },
  params: {
    alone: choice(['upside', 'mirror', 'turned'], 'upside', 'One alone wears itself'),
    ago: beats(0, 4, 1, 'Alone: beats ago'),
    every: beats(1, 16, 4, 'Swap and back in (beats)'),
    share: float(0, 1, 0.75, 'Swapped for (of that)'),
    wipe: beats(0, 2, 1 / 2, 'Line passes in (beats)'),
    line: colour(1, 0.9, 0.6, 1, 'Line of light'),
    strength: float(0, 1, 1, 'Strength'),
  },
})
