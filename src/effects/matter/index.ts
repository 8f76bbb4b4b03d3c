import type { EffectDecl } from '../../engine/effect.js'

/** In the order menus and the gallery show them. */
export const matter: readonly EffectDecl[] = []
