import { defineConfig } from 'vitest/config'

/** What kills, fills and damages things: it takes as long as all other tests together, so it has a run of its own. */
export default defineConfig({
  test: {
    include: ['test/faults/*.test.ts'],
    globalSetup: ['test/support/bundle.ts'],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
