import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StateDirectory } from './state-directory.js';

describe('StateDirectory', () => {
  let root: string;

  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(root, { recursive: true });
  });

  it('is ready for its owner alone once an exchange has lived there', async () => {
    root = await mkdtemp(join(tmpdir(), 'ocx-state-'));
    const state = new StateDirectory(root);
    const self = process.getuid?.() ?? 0;
    await state.prepare();
    await state.writeJson('exchange.json', {});
    await state.prepare();
    vi.spyOn(process as { getuid: () => number }, 'getuid').mockReturnValue(self + 1);
    await expect(state.prepare()).rejects.toThrow(`belongs to another user (uid ${String(self)})`);
  });
});
