import type { EffectDecl } from '../../engine/effect.js'
import { blur } from './blur.js'
import { colour } from './colour.js'
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

/** In the order menus and the gallery show them. */
export const plain: readonly EffectDecl[] = [
  colour, kaleidoscope, feedback, rgbSplit, pixelate, gradientMap, invert, threshold, posterise, strobe,
  filmGrain, blur, sharpen, glow, edge, mirror, tile, polar, ripple, noiseDisplace, vhs, trails, zoomBlur,
]
