import type { EffectDecl } from '../../engine/effect.js'
import { mirrorMerge } from './mirror-merge.js'
import { poseMorph } from './pose-morph.js'
import { subjectKaleidoscope } from './subject-kaleidoscope.js'
import { totem } from './totem.js'

/** In the order menus and the gallery show them. */
export const symmetry: readonly EffectDecl[] = [mirrorMerge, subjectKaleidoscope, totem, poseMorph]
