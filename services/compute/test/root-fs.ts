import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const APPLETS = [
  'sh',
  'sleep',
  'cat',
  'echo',
  'ls',
  'nc',
  'ping',
  'ip',
  'wget',
  'id',
  'hostname',
  'test',
  'grep',
  'mkdir',
];

/** Debian's static busybox, from the system or out of its package. */
async function busybox(directory: string): Promise<string> {
  const installed = '/usr/bin/busybox';
  const linked = await run('ldd', [installed]).catch((error: unknown) => String((error as { stderr?: string }).stderr));
  if (typeof linked === 'string' && /not a dynamic/.test(linked)) return installed;
  await run('apt-get', ['download', 'busybox-static'], { cwd: directory });
  await run('sh', ['-c', 'dpkg-deb -x busybox-static_*.deb package'], { cwd: directory });
  return path.join(directory, 'package/bin/busybox');
}

/** A root file system of a few hundred KiB as a tar archive: busybox and its commands. */
export async function rootFs(): Promise<Buffer> {
  const directory = await mkdtemp(path.join(tmpdir(), 'ocx-rootfs-'));
  try {
    const root = path.join(directory, 'root');
    for (const name of ['bin', 'etc', 'root', 'tmp', 'var', 'proc', 'sys', 'dev']) {
      await mkdir(path.join(root, name), { recursive: true });
    }
    await cp(await busybox(directory), path.join(root, 'bin/busybox'));
    for (const name of APPLETS) await symlink('busybox', path.join(root, 'bin', name));
    await run('tar', ['-C', root, '--owner=0', '--group=0', '-cf', path.join(directory, 'root.tar'), '.']);
    return await readFile(path.join(directory, 'root.tar'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
