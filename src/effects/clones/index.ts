import type { EffectDecl } from '../../engine/effect.js'
import { echo } from './echo.js'

/** In the order menus and the gallery show them. */
export const clones: readonly EffectDecl[] = [echo]
