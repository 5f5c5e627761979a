import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['runtime/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/faults/**', '**/*.client.test.ts', '**/*.corpus.test.ts'],
    globalSetup: ['test/support/bundle.ts'],
    // Vitest takes one worker on two cores; most of these tests wait for processes.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
