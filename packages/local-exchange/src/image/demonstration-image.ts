import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, readFile, readdir, readlink, rename, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { pack, type Pack } from 'tar-stream';
import { GROUP, INIT, PASSWD, PROFILE, SHELLS } from './demonstration-image.files.js';

const run = promisify(execFile);

/** Directories of the root file system and their modes. */
const DIRECTORIES: readonly (readonly [string, number])[] = [
  ['bin', 0o755],
  ['dev', 0o755],
  ['etc', 0o755],
  ['etc/dropbear', 0o700],
  ['home', 0o755],
  ['proc', 0o555],
  ['root', 0o700],
  ['run', 0o755],
  ['sbin', 0o755],
  ['sys', 0o555],
  ['tmp', 0o1777],
  ['usr/bin', 0o755],
  ['usr/sbin', 0o755],
  ['var/log', 0o755],
  ['volumes', 0o755],
];

const LIBRARY_PACKAGES = ['libtomcrypt1', 'libtommath1', 'libgmp10', 'libcrypt1', 'zlib1g'];

/** Of the C library's package an SSH server needs the library and its loader, not the character sets of the world. */
const C_LIBRARY = /^lib(64)?\/(.*\/)?(libc\.so|ld-linux|ld-\d)[^/]*$/;
const SHARED_LIBRARY = /^(usr\/)?lib\/.*\.so[.0-9]*$/;

/** Applets that would be another PID 1, or busybox under its own name, which a link would overwrite with a loop. */
const NOT_LINKED = new Set(['busybox', 'init', 'linuxrc']);

async function filesBelow(tree: string): Promise<string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(tree, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** A tar whose bytes depend on its content alone: the same packages give the same image. */
class RootFileSystem {
  private readonly made = new Set<string>();

  constructor(private readonly archive: Pack) {}

  directory(name: string, mode = 0o755): void {
    if (name === '.' || this.made.has(name)) return;
    this.directory(path.dirname(name));
    this.made.add(name);
    this.entry({ name: `${name}/`, type: 'directory', mode });
  }

  file(name: string, content: Buffer | string, mode = 0o644): void {
    this.directory(path.dirname(name));
    this.entry({ name, type: 'file', mode }, content);
  }

  link(name: string, target: string): void {
    this.directory(path.dirname(name));
    this.entry({ name, type: 'symlink', linkname: target, mode: 0o777 });
  }

  async copy(tree: string, name: string): Promise<void> {
    const source = path.join(tree, name);
    const { mode } = await lstat(source);
    if ((await lstat(source)).isSymbolicLink()) this.link(name, await readlink(source));
    else this.file(name, await readFile(source), mode & 0o777);
  }

  private entry(header: Parameters<Pack['entry']>[0], content?: Buffer | string): void {
    this.archive.entry({ mtime: new Date(0), uid: 0, gid: 0, ...header }, content ?? '');
  }
}

async function fill(root: RootFileSystem, packages: string): Promise<void> {
  for (const [name, mode] of DIRECTORIES) root.directory(name, mode);
  root.file('etc/passwd', PASSWD);
  root.file('etc/group', GROUP);
  root.file('etc/shells', SHELLS);
  root.file('etc/profile', PROFILE);
  root.file('sbin/init', INIT, 0o755);
  // Logins are recorded there if the files exist; their absence is a complaint on the console at every login.
  for (const record of ['lastlog', 'wtmp']) root.file(`var/log/${record}`, '');
  root.file('run/utmp', '');

  const busybox = path.join(packages, 'busybox-static', 'bin', 'busybox');
  root.file('bin/busybox', await readFile(busybox), 0o755);
  const { stdout } = await run(busybox, ['--list']);
  for (const applet of stdout.trim().split('\n').sort()) {
    if (!NOT_LINKED.has(applet)) root.link(`bin/${applet}`, 'busybox');
  }

  await root.copy(path.join(packages, 'dropbear-bin'), 'usr/sbin/dropbear');
  const wanted = [...LIBRARY_PACKAGES.map((name) => [name, SHARED_LIBRARY] as const), ['libc6', C_LIBRARY] as const];
  for (const [name, pattern] of wanted) {
    const tree = path.join(packages, name);
    for (const file of await filesBelow(tree)) if (pattern.test(file)) await root.copy(tree, file);
  }
}

async function completed(archive: Pack, packages: string): Promise<void> {
  await fill(new RootFileSystem(archive), packages);
  archive.finalize();
}

/**
 * Writes the demonstration image to `file`: a plain tar of a root file system, made of Debian's packages that set-up
 * unpacked into `packages`. It boots a shell script that greets, runs user data and starts an SSH server.
 */
export async function buildDemonstrationImage(packages: string, file: string): Promise<void> {
  if (existsSync(file)) return;
  const archive = pack();
  const draft = `${file}.new`;
  try {
    const written = pipeline(archive, createWriteStream(draft));
    await Promise.all([completed(archive, packages), written]);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
