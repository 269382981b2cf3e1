import { AttemptReport } from '@ocx/testing/attempt-report';
import { defineConfig } from 'vitest/config';

/**
 * Tests against a whole exchange: real processes, a real Docker engine, a real PostgreSQL, a real SAML provider and stock
 * clients. One exchange serves all files; those that break things start their own.
 */
export default defineConfig({
  test: {
    include: ['test/{e2e,conformance,hostile,faults}/**/*.spec.ts'],
    globalSetup: ['test/exchange.setup.ts'],
    reporters: ['default', new AttemptReport()],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    sequence: { groupOrder: 0 },
  },
});
