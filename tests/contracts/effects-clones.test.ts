import { clones } from '../../src/effects/clones/index.js'
import { effectContracts } from './effects.js'

effectContracts(clones)
