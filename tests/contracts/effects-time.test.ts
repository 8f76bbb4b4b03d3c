import { time } from '../../src/effects/time/index.js'
import { effectContracts } from './effects.js'

effectContracts(time)
