import type { EffectDecl } from '../../engine/effect.js'
import { cloneTree } from './clone-tree.js'
import { droste } from './droste.js'
import { fern } from './fern.js'
import { limbs } from './limbs.js'
import { spiral } from './spiral.js'

/** In the order menus and the gallery show them. */
export const recursion: readonly EffectDecl[] = [droste, spiral, cloneTree, fern, limbs]
