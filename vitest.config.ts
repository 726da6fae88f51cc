import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run against the sources; the built packages are proven by the tests that start processes.
    alias: ['contract', 'client', 'service', 'testkit'].map((name) => ({
      find: new RegExp(`^@vetted/${name}$`),
      replacement: source(name),
    })),
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    globalSetup: ['packages/testkit/src/postgres-server.ts', 'packages/testkit/src/chromium.ts'],
    pool: 'forks',
    // Vitest would leave a core idle, which is half of a small machine.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
