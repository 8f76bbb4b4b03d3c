#!/usr/bin/env node
// `npm run bench`: set-up, then the measurements (bench/main.ts says which flags there are).
import { setUpOrExit } from './setup.mjs'

await setUpOrExit()
await import('../dist/bench/main.js')
