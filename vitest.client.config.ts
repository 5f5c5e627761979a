import { defineConfig } from 'vitest/config'

/** Tests with the real Claude Code client: one after the other, each starts programs of several hundred megabytes. */
export default defineConfig({
  test: {
    include: ['test/client/**/*.client.test.ts'],
    globalSetup: ['test/support/bundle.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
