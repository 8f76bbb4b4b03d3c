import { world } from '../../src/effects/world/index.js'
import { effectContracts } from './effects.js'

effectContracts(world)
