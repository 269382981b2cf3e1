import path from 'node:path';
import { outcomeOf, run } from './commands.mjs';
import { root } from './paths.mjs';
import { act } from './report.mjs';

const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** `tsc -b` builds only what changed; the dry run is there so that nothing is announced when nothing is done. */
export async function builtBySources() {
  const dry = await outcomeOf(process.execPath, [compiler, '-b', '--dry'], { cwd: root });
  if (dry.code === 0 && !/would build|would update/i.test(dry.output)) return;
  await act('build (tsc -b)', () => run(process.execPath, [compiler, '-b'], { cwd: root }));
}
