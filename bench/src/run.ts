import { parseArgs } from 'node:util';
import { CLONE } from '@ocx/local-exchange/layout';
import { identityScale } from './identity-scale.js';
import { identity } from './identity.js';
import { loginStorm } from './login-storm.js';
import { objects } from './objects.js';
import { proxy } from './proxy.js';
import { recovery } from './recovery.js';
import { serverCreate } from './server-create.js';
import { startUp } from './start-up.js';
import { renderTable, type Row } from './table.js';
import { tokenCheck } from './token-check.js';
import { Workplace } from './workplace.js';

const BENCHES: Readonly<Record<string, (workplace: Workplace) => Promise<Row[]>>> = {
  'token-check': tokenCheck,
  'start-up': startUp,
  identity,
  'login-storm': loginStorm,
  'identity-scale': identityScale,
  recovery,
  objects,
  'server-create': serverCreate,
  proxy,
};

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
  const rows: Row[] = [];
  for (const name of names) {
    process.stderr.write(`${name} …\n`);
    rows.push(...(await runOne(name)));
  }
  process.stdout.write(`${renderTable(rows)}\n`);
  return rows.every((row) => row.kept) ? 0 : 1;
}

async function runOne(name: string): Promise<Row[]> {
  // In the clone, not in the system's temporary directory, which may be memory.
  const workplace = await Workplace.open(CLONE);
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of SIGNALS) {
      process.once(signal, () => {
        reject(new Interrupted(`Ended by ${signal}.`));
      });
    }
  });
  try {
    const bench = BENCHES[name]?.(workplace) ?? Promise.resolve([]);
    return await Promise.race([bench, interrupted]);
  } finally {
    await workplace.close();
    for (const signal of SIGNALS) process.removeAllListeners(signal);
  }
}

class Interrupted extends Error {}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Interrupted)) throw error;
  // What was being measured has lost its peers; nothing it may still say matters.
  process.stderr.write(`${error.message}\n`);
  process.exit(130);
}
