import type { EffectDecl } from '../../engine/effect.js'
import { datamosh } from './datamosh.js'
import { frozen } from './frozen.js'
import { mosaic } from './mosaic.js'
import { slitScan } from './slit-scan.js'
import { stutter } from './stutter.js'
import { timeDisplace } from './time-displace.js'

/** In the order menus and the gallery show them. */
export const time: readonly EffectDecl[] = [slitScan, timeDisplace, mosaic, stutter, datamosh, frozen]
