import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endLeftovers, identityOf, isAlive, readPidFile, writePidFile } from './pid-files.js';

describe('pid files', () => {
  let directory: string;
  const started: number[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'ocx-pid-'));
  });

  afterEach(async () => {
    for (const pid of started.splice(0)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // The test ended it.
      }
    }
    await rm(directory, { recursive: true, force: true });
  });

  function sleeper(): { pid: number; ended: Promise<unknown> } {
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    if (child.pid === undefined) throw new Error('sleep did not start');
    started.push(child.pid);
    return { pid: child.pid, ended: once(child, 'exit') };
  }

  it('end what a run that died left behind', async () => {
    const { pid, ended } = sleeper();
    const file = path.join(directory, 'harvard.pid');
    await writePidFile(file, pid);
    expect(await endLeftovers(directory, 2000)).toEqual(['harvard']);
    await ended;
    expect(await readPidFile(file)).toBeUndefined();
  });

  it('leave a stranger alone that was given the same number', async () => {
    const { pid } = sleeper();
    await writeFile(path.join(directory, 'harvard.pid'), `${String(pid)} 12345\n`);
    expect(await endLeftovers(directory, 2000)).toEqual([]);
    const identity = identityOf(pid);
    expect(identity && isAlive(identity)).toBe(true);
  });

  it.each(['', 'text', '-1 5', '12', '0 7'])('holding %j name no process', async (text) => {
    const file = path.join(directory, 'odd.pid');
    await writeFile(file, text);
    expect(await readPidFile(file)).toBeUndefined();
  });
});
