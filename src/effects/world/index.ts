import type { EffectDecl } from '../../engine/effect.js'
import { ghostOut } from './ghost-out.js'
import { halo } from './halo.js'
import { portal } from './portal.js'
import { sandwich } from './sandwich.js'
import { shadow } from './shadow.js'
import { textureSwap } from './texture-swap.js'

/** In the order menus and the gallery show them. */
export const world: readonly EffectDecl[] = [ghostOut, halo, shadow, sandwich, portal, textureSwap]
