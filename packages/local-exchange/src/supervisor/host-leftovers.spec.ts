import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clearHost, mountPointsBelow } from './host-leftovers.js';
import { ownRootShell, type RootShell } from './root-shell.js';

const MOUNTINFO = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '90 22 0:50 / /clone/.ocx/harvard/volumes rw shared:9 - ext4 /dev/vda rw',
  '91 90 7:0 / /clone/.ocx/harvard/volumes/my\\040data rw - ext4 /dev/loop0 rw',
  '92 22 0:51 / /clone/.ocx-other/volumes rw - ext4 /dev/loop1 rw',
].join('\n');

describe('mountPointsBelow', () => {
  it('finds the mounts of one exchange alone, innermost first, with their real names', () => {
    expect(mountPointsBelow('/clone/.ocx', MOUNTINFO)).toEqual([
      '/clone/.ocx/harvard/volumes/my data',
      '/clone/.ocx/harvard/volumes',
    ]);
  });
});

describe('clearHost', () => {
  it('names what it could not take away, and why', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ocx-leftovers-'));
    const program = join(directory, 'nbdkit');
    await symlink('/bin/sh', program);
    const exporter = spawn(program, ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(exporter, 'exit');
    const looksOnly: RootShell = (script, ...args) =>
      script.startsWith('cat ') ? ownRootShell(script, ...args) : Promise.reject(new Error('not permitted'));

    const process = `exporter, process ${String(exporter.pid)}`;
    expect(await clearHost(directory, looksOnly)).toEqual([process, 'not permitted', 'not permitted']);
    expect(await clearHost(directory, ownRootShell)).toEqual([]);
    expect(await ended).toEqual([null, 'SIGTERM']);
    await rm(directory, { recursive: true });
  });
});
