import { defineConfig } from 'vitest/config';

// Tests run on the sources: nothing has to be built first.
const conditions = ['@ingresskit/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/**/src/**/*.test.ts', 'examples/**/*.test.ts'],
    // Tests that need a server from Debian are run by `pnpm test:real`, which brings the servers; the others need Node alone.
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.real.test.ts'],
    setupFiles: ['./scripts/test-seed.mjs'],
    testTimeout: 60_000,
    // In CI the counts are also kept in a file, for the last line of .ci/run.
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: 'coverage/tests.json' }]] : ['default'],
  },
});
