import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CLONE } from '@ocx/local-exchange/layout';
import { objects } from './objects.js';
import { proxy } from './proxy.js';
import { type RunningExchange, startExchange } from './running-exchange.js';
import { serverCreate } from './server-create.js';
import { startUp } from './start-up.js';
import { renderTable, type Row } from './table.js';
import { tokenCheck } from './token-check.js';

const BENCHES: Record<string, (directory: string) => Promise<Row[]>> = {
  'token-check': () => tokenCheck(),
  'start-up': startUp,
  objects: (directory) => objects(directory),
  'server-create': (directory) => withExchange(directory, serverCreate),
  proxy: (directory) => withExchange(directory, proxy),
};

async function withExchange(directory: string, bench: (running: RunningExchange) => Promise<Row[]>): Promise<Row[]> {
  const running = await startExchange(directory);
  try {
    return await bench(running);
  } finally {
    await running.stop();
  }
}

const HELP = `Measures OCX against peers and limits of the same machine, in the same run.

  npm run bench                        everything
  npm run bench -- start-up objects    only these
  npm run bench -- --list              their names

Exit code 1 when a bound was missed.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, list: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.list === true) {
    process.stdout.write(`${Object.keys(BENCHES).join('\n')}\n`);
    return 0;
  }
  const unknown = positionals.find((name) => !(name in BENCHES));
  if (unknown !== undefined) {
    process.stderr.write(`bench: there is no ${unknown}; --list names them.\n`);
    return 2;
  }
  return runAll(positionals.length > 0 ? positionals : Object.keys(BENCHES));
}

async function runAll(names: readonly string[]): Promise<number> {
  // In the clone, not in the system's temporary directory, which may be memory.
  const directory = await mkdtemp(join(CLONE, '.ocx-bench-'));
  const rows: Row[] = [];
  try {
    for (const name of names) {
      process.stderr.write(`${name} …\n`);
      rows.push(...((await BENCHES[name]?.(directory)) ?? []));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  process.stdout.write(`${renderTable(rows)}\n`);
  return rows.every((row) => row.kept) ? 0 : 1;
}

process.exitCode = await main();
