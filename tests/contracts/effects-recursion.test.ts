import { recursion } from '../../src/effects/recursion/index.js'
import { effectContracts } from './effects.js'

effectContracts(recursion)
