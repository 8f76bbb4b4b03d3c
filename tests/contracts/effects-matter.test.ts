import { matter } from '../../src/effects/matter/index.js'
import { effectContracts } from './effects.js'

effectContracts(matter)
