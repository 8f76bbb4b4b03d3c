import type { EffectDecl } from '../../engine/effect.js'
import { contours } from './contours.js'
import { disintegrate } from './disintegrate.js'
import { inflate } from './inflate.js'
import { melt } from './melt.js'
import { pixelSort } from './pixel-sort.js'
import { shatter } from './shatter.js'

/** In the order menus and the gallery show them. */
export const matter: readonly EffectDecl[] = [inflate, contours, melt, disintegrate, shatter, pixelSort]
