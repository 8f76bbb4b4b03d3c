import type { EffectDecl } from '../../engine/effect.js'
import { beatLoop } from './beat-loop.js'
import { centipede } from './centipede.js'
import { cloneRing } from './clone-ring.js'
import { conveyor } from './conveyor.js'
import { crowd } from './crowd.js'
import { echo } from './echo.js'
import { freezeTrail } from './freeze-trail.js'
import { infiniteZoom } from './infinite-zoom.js'
import { mandala } from './mandala.js'
import { poseRow } from './pose-row.js'
import { silhouettes } from './silhouettes.js'
import { tunnel } from './tunnel.js'
import { wallpaper } from './wallpaper.js'

/** In the order menus and the gallery show them. */
export const clones: readonly EffectDecl[] = [
  echo, freezeTrail, poseRow, silhouettes, cloneRing, mandala, infiniteZoom, conveyor, wallpaper, crowd, beatLoop, centipede, tunnel,
]
