import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Exchange } from '@ocx/local-exchange/exchange';
import { LANDLORDS } from '@ocx/local-exchange/layout';
import { removeExchange } from '@ocx/local-exchange/removal';
import type { TestProject } from 'vitest/node';
import { leaks, secretsOf } from './secrets-in-logs.js';
import { MOVE_PORT, TEST_NETWORK_POOLS, TEST_PORTS } from './test-exchange.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the exchange of this run keeps its state. */
    exchangeDirectory: string;
  }
}

const BUNDLE = fileURLToPath(new URL('../scripts/bundle.mjs', import.meta.url));

/** Starts the exchange that the tests share: on its own ports, label, networks and data. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The services run from their bundles, which `tsc` alone does not bring up to date.
  await promisify(execFile)(process.execPath, [BUNDLE]);
  const directory = await mkdtemp(join(tmpdir(), 'ocx-test-'));
  const addresses = [...LANDLORDS.map((name) => TEST_PORTS[name]), MOVE_PORT].map(
    (port) => `127.0.0.1:${String(port)}`,
  );
  const overrides = { broker: { OCX_ALLOWED_LANDLORD_ADDRESSES: addresses.join(',') } };
  const options = { directory, ports: TEST_PORTS, networkPools: TEST_NETWORK_POOLS, logLevel: 'info', overrides };
  const exchange = await Exchange.start(options).catch((error: unknown) => {
    process.stderr.write(`The exchange for the tests did not start; its logs are in ${directory}/logs.\n`);
    throw error;
  });
  project.provide('exchangeDirectory', directory);
  return async () => {
    await exchange.stop();
    const found = await leaks(directory, await secretsOf(directory));
    if (found.length > 0) {
      // What fails when all tests are over would fail no run by itself.
      process.exitCode = 1;
      throw new Error(`Secrets stand in logs, which are in ${directory}: ${JSON.stringify(found)}`);
    }
    await removeExchange(directory);
  };
}
