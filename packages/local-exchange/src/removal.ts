import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { COMPUTE_LANDLORDS, DEFAULT_DIRECTORY, MOUNT_HELPER_FILE } from './layout.js';
import { DEFAULT_DOCKER_HOST, Engine } from './supervisor/engine.js';
import { clearHost } from './supervisor/host-leftovers.js';
import { endLeftovers, isAlive, readPidFile } from './supervisor/pid-files.js';
import { privilegesOf } from './supervisor/privileges.js';
import type { RootShell } from './supervisor/root-shell.js';
import { StateDirectory } from './supervisor/state-directory.js';
import { Terminal } from './terminal.js';

const Remembered = z.object({ label: z.string(), dockerHost: z.string() });
const PATIENCE_MS = 30_000;

/**
 * Removes every trace of an exchange that does not run: containers, networks, images, mounts, processes, and its
 * directory. `mountHelper` is the image that the exchange was started with, if it was told one.
 */
export async function removeExchange(
  directory: string,
  terminal = new Terminal({ write: () => undefined }),
  mountHelper?: string,
): Promise<void> {
  const state = new StateDirectory(directory);
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
  const engine = new Engine(state, remembered.data?.dockerHost ?? DEFAULT_DOCKER_HOST);
  // Without that file nothing was started.
  if (remembered.success) {
    await removeFromEngine(engine, remembered.data.label, terminal);
    const { shell } = await privilegesOf(engine.dockerHost, mountHelper);
    await terminal.step('mounts, loop devices, exporters', () => removeFromHost(state, shell));
  }
  if (state.root === DEFAULT_DIRECTORY) await removeMountHelper(engine);
  // Tests and benchmarks start an engine too, without an exchange of this directory.
  await engine.stopIfOurs();
  await terminal.step(state.root, () => rm(state.root, { recursive: true, force: true }));
}

async function removeFromEngine(engine: Engine, label: string, terminal: Terminal): Promise<void> {
  const removeAll = async () => {
    let count = 0;
    for (const name of COMPUTE_LANDLORDS) count += await engine.removeAll(`${name}-${label}`);
    return count;
  };
  await terminal.step('containers, networks, images', removeAll, (count) => `${String(count)} removed`);
}

/** Nothing is deleted below what is still mounted: it may be somebody's volume. */
async function removeFromHost(state: StateDirectory, shell: RootShell): Promise<void> {
  const stayed = await clearHost(state.root, shell);
  if (stayed.length > 0) throw new Error(`This cannot be taken away:\n  ${stayed.join('\n  ')}`);
  const volumes = state.at('volumes');
  if (existsSync(volumes)) await shell('rm -rf --one-file-system -- "$1"', volumes);
}

/** Made by set-up for every exchange of the clone; one that another clone's exchange uses stays. */
async function removeMountHelper(engine: Engine): Promise<void> {
  const image = (await readFile(MOUNT_HELPER_FILE, 'utf8').catch(() => '')).trim();
  if (image !== '') await engine.removeUnusedImage(image);
}
