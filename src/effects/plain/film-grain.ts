import { float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const filmGrain = defineEffect({
  id: 'film-grain',
  label: 'Film grain',
  about: 'Grain, flicker and dark corners of film run at its own pace.',
  shader: 'film-grain.frag',
  reads: [],
  local: true,
  params: {
    amount: float(0, 1, 0.3, 'Grain'),
    size: float(1, 12, 2, 'Grain size (1080ths of the height)'),
    rate: float(1, 60, 24, 'New grain (times a second)'),
    chroma: float(0, 1, 0.15, 'Coloured grain'),
    flicker: float(0, 1, 0.15, 'Flicker'),
    vignette: float(0, 1, 0.35, 'Dark corners'),
    sepia: float(0, 1, 0, 'Sepia'),
  },
})
