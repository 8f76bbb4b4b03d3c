import type { EffectDecl } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { nearest } from '../engine/nearest.js'
import { blur } from './blur.js'
import { colour } from './colour.js'
import { echo } from './echo.js'
import { edge } from './edge.js'
import { feedback } from './feedback.js'
import { filmGrain } from './film-grain.js'
import { glow } from './glow.js'
import { gradientMap } from './gradient-map.js'
import { invert } from './invert.js'
import { kaleidoscope } from './kaleidoscope.js'
import { mirror } from './mirror.js'
import { noiseDisplace } from './noise-displace.js'
import { pixelate } from './pixelate.js'
import { polar } from './polar.js'
import { posterise } from './posterise.js'
import { rgbSplit } from './rgb-split.js'
import { ripple } from './ripple.js'
import { sharpen } from './sharpen.js'
import { strobe } from './strobe.js'
import { threshold } from './threshold.js'
import { tile } from './tile.js'
import { trails } from './trails.js'
import { vhs } from './vhs.js'
import { zoomBlur } from './zoom-blur.js'

/** Every effect there is, in the order menus and the reference show them. */
export const EFFECTS: readonly EffectDecl[] = [
  colour, kaleidoscope, feedback, echo, rgbSplit, pixelate,
  gradientMap, invert, threshold, posterise, strobe, filmGrain, blur, sharpen, glow, edge, mirror, tile, polar, ripple, noiseDisplace, vhs, trails, zoomBlur,
]

/** @throws DoppelError for an unknown id, with the nearest one there is. */
export const effectById = (id: string): EffectDecl => {
  const found = EFFECTS.find((effect) => effect.id === id)
  if (found) return found
  const ids = EFFECTS.map((effect) => effect.id)
  const meant = nearest(id, ids)
  throw new DoppelError(`there is no effect "${id}"`, meant ? `did you mean "${meant}"? npx doppel effects lists them all` : `the effects are ${ids.join(', ')}`)
}
