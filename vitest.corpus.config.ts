import { defineConfig } from 'vitest/config'

/** The corpus of cheats and honest runs: real runners in real projects, a file each (test/evidence/). */
export default defineConfig({
  test: {
    include: ['test/evidence/*.corpus.test.ts'],
    globalSetup: ['test/support/bundle.ts'],
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
})
