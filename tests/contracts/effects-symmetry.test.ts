import { symmetry } from '../../src/effects/symmetry/index.js'
import { effectContracts } from './effects.js'

effectContracts(symmetry)
