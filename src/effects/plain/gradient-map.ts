import { colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const gradientMap = defineEffect({
  id: 'gradient-map',
  label: 'Gradient map',
  about: 'Paints dark, middle and bright parts in three colours of your own, and can run them through the picture in time.',
  shader: 'gradient-map.frag',
  reads: [],
  local: true,
  params: {
    dark: colour(0.05, 0.02, 0.25, 1, 'Dark parts (alpha: how much)'),
    middle: colour(0.9, 0.1, 0.45, 1, 'Middle (alpha: how much)'),
    bright: colour(1, 0.93, 0.6, 1, 'Bright parts (alpha: how much)'),
    balance: float(0.05, 0.95, 0.4, 'Brightness of the middle'),
    contrast: float(0, 1, 0.15, 'Contrast'),
    run: float(-4, 4, 0, 'Colours run (times a bar)'),
  },
})
