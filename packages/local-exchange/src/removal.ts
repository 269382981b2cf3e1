import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { COMPUTE_LANDLORDS, DEFAULT_DIRECTORY, MOUNT_HELPER_FILE } from './layout.js';
import { DEFAULT_DOCKER_HOST, Engine } from './supervisor/engine.js';
import { clearHost } from './supervisor/host-leftovers.js';
import { endLeftovers, isAlive, readPidFile } from './supervisor/pid-files.js';
import { type Privileges, privilegesOf } from './supervisor/privileges.js';
import { StateDirectory } from './supervisor/state-directory.js';
import { Terminal } from './terminal.js';

const Remembered = z.object({ label: z.string(), dockerHost: z.string() });
const PATIENCE_MS = 30_000;

/** `$1` is the iptables that the rules were made with. */
const REMOVE_RULES = `
program=$1; shift
command -v "$program" >/dev/null || exit 0
for prefix; do
  for table in filter raw; do
    rules=$("$program" -w 5 -t "$table" -S) || exit
    printf '%s\\n' "$rules" | sed -n "/-i $prefix+ /s/^-A/-D/p" |
      while read -r rule; do "$program" -w 5 -t "$table" $rule || exit; done || exit
  done
done`;

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
    const { label } = remembered.data;
    await removeFromEngine(engine, label, terminal);
    const privileges = await privilegesOf(engine.dockerHost, mountHelper);
    await terminal.step('mounts, loop devices, exporters', () => removeMounts(state, privileges));
    await terminal.step('firewall rules', () => removeFirewallRules(label, privileges));
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

/** Of the bridges of a compute landlord, which has a rule for them in the host's firewall: as compute derives it. */
export function bridgePrefixOf(engineLabel: string): string {
  return `ocx${createHash('sha256').update(engineLabel).digest('hex').slice(0, 4)}`;
}

async function removeFirewallRules(label: string, { mountHelper, shell }: Privileges): Promise<void> {
  // The helper's is that of Debian's packages, whatever the machine's own administrator has chosen.
  const program = mountHelper === undefined ? 'iptables' : 'iptables-nft';
  await shell(REMOVE_RULES, program, ...COMPUTE_LANDLORDS.map((name) => bridgePrefixOf(`${name}-${label}`)));
}

/** Nothing is deleted below what is still mounted: it may be somebody's volume. */
async function removeMounts(state: StateDirectory, { shell }: Privileges): Promise<void> {
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
