import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { COMPUTE_LANDLORDS, DEFAULT_DIRECTORY } from './layout.js';
import { DEFAULT_DOCKER_HOST, Engine } from './supervisor/engine.js';
import { clearHost } from './supervisor/host-leftovers.js';
import { endLeftovers, isAlive, readPidFile } from './supervisor/pid-files.js';
import { StateDirectory } from './supervisor/state-directory.js';
import { Terminal } from './terminal.js';

const Remembered = z.object({ label: z.string(), dockerHost: z.string() });
const PATIENCE_MS = 30_000;

/** Removes every trace of the exchange: containers, networks, images, mounts, processes, and its directory. */
async function clean(state: StateDirectory, terminal: Terminal): Promise<void> {
  const running = await readPidFile(state.at('exchange.pid'));
  if (running && isAlive(running)) {
    throw new Error(`The exchange is running (process ${String(running.pid)}). Stop it first, with Ctrl-C there.`);
  }
  const remembered = Remembered.safeParse(await state.readJson('exchange.json'));
  await terminal.step(
    'processes',
    () => endLeftovers(state.at('run'), PATIENCE_MS),
    (names) => names.join(', '),
  );
  if (remembered.success)
    await cleanEngine(new Engine(state, remembered.data.dockerHost), remembered.data.label, terminal);
  await terminal.step('mounts, loop devices, exporters', () => clearHost(state.root));
  // Tests and benchmarks start an engine too, without an exchange of this directory.
  await new Engine(state, remembered.data?.dockerHost ?? DEFAULT_DOCKER_HOST).stopIfOurs();
  await terminal.step(state.root, () => rm(state.root, { recursive: true, force: true }));
}

async function cleanEngine(engine: Engine, label: string, terminal: Terminal): Promise<void> {
  const removeAll = async () => {
    let count = 0;
    for (const name of COMPUTE_LANDLORDS) count += await engine.removeAll(`${name}-${label}`);
    return count;
  };
  await terminal.step('containers, networks, images', removeAll, (count) => `${String(count)} removed`);
}

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
  await clean(new StateDirectory(directoryToClean(process.argv.slice(2))), new Terminal());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
