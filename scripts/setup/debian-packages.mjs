import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { outcomeOf, programExists, run } from './commands.mjs';
import { SetupStopped, act } from './report.mjs';

const quiet = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l' } };
const lockPatience = ['-o', 'DPkg::Lock::Timeout=300'];

export const isRoot = process.getuid?.() === 0;

export function hasApt() {
  if (!programExists('apt-get')) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

async function loadedPhpModules() {
  const { stdout } = await outcomeOf('php', ['-m']);
  return new Set(stdout.toLowerCase().split(/\s+/));
}

async function missingOf(packages) {
  const phpModules = packages.some(({ phpModule }) => phpModule) ? await loadedPhpModules() : new Set();
  return packages.filter(({ programs = [], phpModule }) => {
    if (phpModule !== undefined) return !phpModules.has(phpModule);
    return !programs.every(programExists);
  });
}

/** A machine that never ran `apt-get update` has no lists and finds no package. */
function hasPackageLists() {
  const lists = '/var/lib/apt/lists';
  return existsSync(lists) && readdirSync(lists).some((file) => /_Packages(\.|$)/.test(file));
}

async function updatedPackageLists() {
  if (!isRoot) throw new SetupStopped('please run: sudo apt-get update');
  await act('package lists (apt-get update)', () => run('apt-get', [...lockPatience, '-q', 'update'], quiet));
}

/** Runs apt-get, if need be with new lists: old ones name files that the mirror no longer has. */
export async function withPackageLists(args, options = {}) {
  if (!hasPackageLists()) await updatedPackageLists();
  const first = await outcomeOf('apt-get', args, { ...quiet, ...options });
  if (first.code === 0) return;
  if (!isRoot) process.stderr.write(first.output);
  await updatedPackageLists();
  await run('apt-get', args, { ...quiet, ...options });
}

const install = (names) =>
  withPackageLists([...lockPatience, '-q', '-y', '--no-install-recommends', 'install', ...names]);

/**
 * Installs what is missing in one go. Whoever may not do that is told what to type, once, with every name in it.
 * @param {{name: string, programs?: string[], phpModule?: string}[]} packages
 */
export async function installedPackages(packages) {
  const missing = (await missingOf(packages)).map(({ name }) => name);
  if (missing.length === 0) return;
  if (!hasApt()) {
    throw new SetupStopped(
      `this machine is neither Debian nor Ubuntu; please install what these Debian packages hold: ${missing.join(' ')}`,
    );
  }
  if (!isRoot) {
    throw new SetupStopped(`please run: sudo apt-get install --no-install-recommends ${missing.join(' ')}`);
  }
  await act(`Debian packages (apt-get install ${missing.join(' ')})`, () => install(missing));
  const still = (await missingOf(packages)).map(({ name }) => name);
  if (still.length > 0) throw new SetupStopped(`these packages were installed but do not work: ${still.join(' ')}`);
}
