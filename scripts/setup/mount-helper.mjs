import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './commands.mjs';
import { hasApt, withPackageLists } from './debian-packages.mjs';
import { engineHas, importedIntoEngine } from './engine-images.mjs';
import { mountHelperFile, stateDirectory } from './paths.mjs';
import { SetupStopped, act } from './report.mjs';

/** A file system that a program runs in, and every program that the compute service has run in its mount helper. */
const PACKAGES = [
  'base-files',
  'coreutils',
  'dash',
  'diffutils',
  'e2fsprogs',
  'findutils',
  'grep',
  'iptables',
  'mount',
  'procps',
  'qemu-system-common',
  'tar',
  'util-linux',
];

const LEFT_OUT = ['./usr/share', './usr/lib/*/perl*', './usr/lib/*/gconv', './var/lib/*'];

/** The same for the same recipe at the same distribution. */
function imageName() {
  const hash = createHash('sha256');
  for (const file of [fileURLToPath(import.meta.url), '/etc/os-release']) hash.update(readFileSync(file));
  return { repository: 'ocx-mount-helper', tag: hash.digest('hex').slice(0, 12) };
}

/** With an empty list of what is installed apt resolves and downloads every dependency, and needs no root for it. */
async function download(directory) {
  const archives = path.join(directory, 'archives');
  mkdirSync(path.join(archives, 'partial'), { recursive: true });
  const options = [`Dir::Cache=${directory}`, 'Dir::State::status=/dev/null', 'Debug::NoLocking=true'];
  const args = ['-q', '-y', '--no-install-recommends', '--download-only', ...options.flatMap((one) => ['-o', one])];
  await withPackageLists([...args, 'install', ...PACKAGES]);
  const files = readdirSync(archives).filter((file) => file.endsWith('.deb'));
  // Where Debian has merged /bin into /usr/bin the links are in this package, and the others go through them.
  const rank = (file) => (file.startsWith('base-files_') ? 0 : 1);
  return files.sort((a, b) => rank(a) - rank(b)).map((file) => path.join(archives, file));
}

async function made({ repository, tag }) {
  const work = mkdtempSync(path.join(stateDirectory, 'cache', '.mount-helper-'));
  try {
    const tree = path.join(work, 'tree');
    for (const archive of await download(work)) await run('dpkg-deb', ['--extract', archive, tree]);
    // Its package's installation would choose it.
    symlinkSync('xtables-nft-multi', path.join(tree, 'usr', 'sbin', 'iptables'));
    const archive = path.join(work, 'root.tar');
    const leftOut = LEFT_OUT.map((pattern) => `--exclude=${pattern}`);
    await run('tar', ['-C', tree, '--owner=0', '--group=0', ...leftOut, '-cf', archive, '.']);
    await importedIntoEngine(archive, repository, tag);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * The image of the privileged container in which a user's compute landlords mount volumes if that user is not root, made
 * of Debian's packages. Its name is kept in a file for whoever starts such a landlord.
 */
export async function mountHelperImage() {
  const name = imageName();
  const image = `${name.repository}:${name.tag}`;
  mkdirSync(path.dirname(mountHelperFile), { recursive: true });
  if (!(await engineHas(image))) {
    if (!hasApt()) {
      throw new SetupStopped(
        'the helper container that mounts volumes is made of Debian packages, and this is neither Debian nor Ubuntu; ' +
          'name an image with qemu-storage-daemon, e2fsprogs, util-linux and iptables in OCX_MOUNT_HELPER.',
      );
    }
    await act(`mount helper, an image for the engine (${image})`, () => made(name));
  }
  writeFileSync(mountHelperFile, `${image}\n`);
}
