import { describe } from 'vitest'
import { plain } from '../../src/effects/plain/index.js'
import { effectContracts, judgeContract } from './effects.js'

describe('the judge', judgeContract)
effectContracts(plain)
