import { beats, choice, colour, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const echo = defineEffect({
  id: 'echo',
  label: 'Echo',
  about: 'Multiplies the subject into copies of its own past, each a step further back in time, as Norman McLaren did in Pas de deux.',
  shader: 'echo.frag',
  reads: ['mask', 'history'],
  params: {
    copies: int(1, 16, 11, 'Copies'),
    spacing: beats(1 / 32, 1, 1 / 16, 'Spacing (beats)'),
    decay: float(0, 1, 0.85, 'What each copy keeps'),
    blend: choice(['over', 'max'], 'over', 'Blend'),
    hue: float(-1, 1, 0, 'Hue over all copies (turns)'),
    tint: colour(0.1, 0.5, 1, 0, 'Tint'),
    zoom: float(0.8, 1.25, 1, 'Zoom a copy'),
    drift: float(-0.2, 0.2, 0, 'Drift a copy'),
    backdrop: float(0, 1, 1, 'Backdrop'),
  },
})
