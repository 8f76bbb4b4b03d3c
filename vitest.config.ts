import { availableParallelism, totalmem } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Software GL, decoded frames and a model in one test process stay under this many bytes. */
const bytesPerProcess = 1.5 * 2 ** 30

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // GL loads in one thread per process, so every test file gets a process of its own.
    pool: 'forks',
    maxWorkers: Math.max(1, Math.min(availableParallelism(), 4, Math.floor(totalmem() / bytesPerProcess))),
    globalSetup: ['tests/support/display.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
