import { bool, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const tile = defineEffect({
  id: 'tile',
  label: 'Tile',
  about: 'Repeats the picture in a grid, straight, mirrored or in brick courses, that scrolls and breathes in time.',
  shader: 'tile.frag',
  reads: [],
  params: {
    count: float(1, 12, 3, 'Tiles across'),
    mirrored: bool(true, 'Mirror every other tile'),
    brick: float(0, 1, 0, 'Shift every other row (tiles)'),
    angle: float(-0.5, 0.5, 0, 'Angle (turns)'),
    scrollx: float(-4, 4, 0.5, 'Scroll right (tiles a bar)'),
    scrolly: float(-4, 4, 0, 'Scroll up (tiles a bar)'),
    pulse: float(0, 1, 0.15, 'Tiles grow on the beat'),
  },
  plain: { mirrored: true, brick: 0 },
})
