import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

/** How far to each side bands may slide and bulge, in widths of the subject. */
const ROOM = 0.7
const crop = new Float32Array(4)

/** The totem is drawn in one piece, where the subject is, by the shader; here is only how far it can reach. */
const arrange = (out: CloneList, { subject, cropAt }: ClonePlay): void => {
  if (subject.present < 0.5) return
  cropAt(0, crop)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  out.addPiece((x0 + x1) / 2, (y0 + y1) / 2, 1, 1, 0, 0, 1, 0, -ROOM, 0, 1 + ROOM, 1)
}

export const totem = defineEffect({
  id: 'totem',
  label: 'Totem',
  about: 'An exquisite corpse: head, chest, hips and legs each come from another moment, grown together at the seams and dealt anew on the beat.',
  shader: 'totem.frag',
  reads: ['mask', 'history', 'subject', 'plate'],
  params: {
    bands: int(2, 8, 4, 'Bands'),
    hold: beats(1 / 4, 8, 1, 'Dealt anew every (beats)'),
    past: beats(1 / 4, 8, 4, 'Reaches back (beats)'),
    turned: float(0, 1, 0.5, 'Bands turned round'),
    together: float(0, 1, 1, 'Grown together'),
    bulge: float(-0.6, 1, 0.35, 'Bulges on the beat'),
    slide: float(0, 1, 0.5, 'Slides in (widths)'),
    live: bool(true, 'The head stays live'),
  },
  clones: { most: 1, behind: 'source', front: false, arrange },
})
