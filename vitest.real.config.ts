import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

// Tests against real servers: nginx, Redis, php-fpm, etcd and the Kubernetes API server. `scripts/real.mjs` installs what they need and runs them.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/**/src/**/*.real.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: 'coverage/tests-real.json' }]] : ['default'],
  },
});
