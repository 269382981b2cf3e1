import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_DIRECTORY } from './layout.js';
import { removeExchange } from './removal.js';
import { Terminal } from './terminal.js';

/** Whatever else it holds is removed with it, so another directory than the default one must be an exchange's. */
function directoryToClean(args: readonly string[]): string {
  const { values } = parseArgs({ args: [...args], options: { directory: { type: 'string' } }, strict: true });
  if (values.directory === undefined) return DEFAULT_DIRECTORY;
  const directory = path.resolve(values.directory);
  if (existsSync(directory) && !existsSync(path.join(directory, 'exchange.json'))) {
    throw new Error(`${directory} is not the directory of an exchange: it has no exchange.json.`);
  }
  return directory;
}

try {
  const mountHelper = process.env['OCX_MOUNT_HELPER'] || undefined;
  await removeExchange(directoryToClean(process.argv.slice(2)), new Terminal(), mountHelper);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
