import path from 'node:path';
import { bundle, staleBundles } from '../bundle.mjs';
import { outcomeOf, run } from './commands.mjs';
import { root } from './paths.mjs';
import { act } from './report.mjs';

const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/**
 * `tsc -b` builds only what changed; the dry run is there so that nothing is announced when nothing is done. Then the
 * services' bundles, where they are older.
 */
export async function builtBySources() {
  const dry = await outcomeOf(process.execPath, [compiler, '-b', '--dry'], { cwd: root });
  if (dry.code !== 0 || /would build|would update/i.test(dry.output)) {
    await act('build (tsc -b)', () => run(process.execPath, [compiler, '-b'], { cwd: root }));
  }
  const stale = staleBundles();
  if (stale.length > 0) await act(`bundles of ${stale.join(', ')}`, () => Promise.all(stale.map(bundle)));
}
