import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryClaim } from './directory-claim.js';
import { StateDirectory } from './state-directory.js';

describe('the claim to a directory', () => {
  let state: StateDirectory;

  beforeEach(async () => {
    state = new StateDirectory(await mkdtemp(path.join(tmpdir(), 'ocx-claim-')));
  });
  afterEach(() => rm(state.root, { recursive: true, force: true }));

  it('is one’s alone, until it is released', async () => {
    const first = await DirectoryClaim.take(state);
    await expect(DirectoryClaim.take(state)).rejects.toThrow('An exchange is already running here');
    await first.release();
    await (await DirectoryClaim.take(state)).release();
  });

  it('is given to one of many who ask at once', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => DirectoryClaim.take(state)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each(['', '1 12345\n', 'no pid at all'])('is taken over from one that died: %j', async (left) => {
    await writeFile(state.at('exchange.pid'), left);
    await (await DirectoryClaim.take(state)).release();
  });
});
