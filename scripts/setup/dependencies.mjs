import { readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './commands.mjs';
import { root } from './paths.mjs';
import { act } from './report.mjs';

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * npm writes what it installed into node_modules/.package-lock.json. Comparing that with the lock file tells whether
 * `npm ci` is needed, also after a pull or an `npm install`, and needs no stamp of ours.
 */
export function dependenciesAreInstalled(directory = root) {
  const wanted = packagesIn(path.join(directory, 'package-lock.json'));
  const installed = packagesIn(path.join(directory, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    if (!name.includes('node_modules/') || entry.link || entry.optional || entry.devOptional || entry.inBundle)
      return true;
    return installed[name]?.version === entry.version && installed[name]?.integrity === entry.integrity;
  });
}

export async function installedDependencies() {
  if (dependenciesAreInstalled()) return;
  await act('npm packages (npm ci)', () => run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root }));
}
