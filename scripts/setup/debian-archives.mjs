import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { run } from './commands.mjs';
import { hasApt, withPackageLists } from './debian-packages.mjs';
import { packageDirectory } from './paths.mjs';
import { SetupStopped, act } from './report.mjs';

async function downloadAndUnpack(names) {
  mkdirSync(packageDirectory, { recursive: true });
  const staging = mkdtempSync(path.join(packageDirectory, '.staging-'));
  try {
    await withPackageLists(['-q', 'download', ...names], { cwd: staging });
    for (const name of names) {
      const archive = readdirSync(staging).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
      if (archive === undefined) throw new SetupStopped(`apt-get did not download ${name}.`);
      const tree = path.join(staging, name);
      await run('dpkg-deb', ['--extract', path.join(staging, archive), tree]);
      // A rename makes the package appear whole or not at all.
      renameSync(tree, path.join(packageDirectory, name));
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Packages that are used from a directory instead of being installed: installing SimpleSAMLphp would bring a web server
 * of its own, and the demonstration image is made of files, not of this machine's packages.
 */
export async function archivesFor(names) {
  const missing = names.filter((name) => !existsSync(path.join(packageDirectory, name)));
  if (missing.length === 0) return;
  if (!hasApt()) {
    throw new SetupStopped(
      `"apt-get download" is needed for ${missing.join(' ')}, and this is neither Debian nor Ubuntu.`,
    );
  }
  await act(`unpacked, not installed: ${missing.join(' ')}`, () => downloadAndUnpack(missing));
}
