#!/usr/bin/env node
import { setUpOrExit } from '../scripts/setup.mjs'

await setUpOrExit()
await import('../dist/src/app/main.js')
