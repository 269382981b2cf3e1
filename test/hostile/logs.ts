import { appendFile, rm } from 'node:fs/promises';
import { attemptInVain } from '@ocx/testing/attempts';
import { describe, expect, it } from 'vitest';
import { leaks, secretsOf } from '../secrets-in-logs.js';
import type { World } from './world.js';

const KIND = 'whoever reads the logs';

/** After everything else: what was used until then is looked for, at the most talkative level. */
export function logs(world: () => World): void {
  describe('whoever reads the logs', () => {
    const directory = () => world().exchange.state.root;

    it('finds no secret that was used, and nothing that has the form of one', async () => {
      const { evil, accomplice } = world();
      const secrets = await secretsOf(directory());
      for (const [index, { token, proof }] of [...evil.kept, ...accomplice.kept].entries()) {
        secrets.set(`landlord token ${String(index)}`, token);
        secrets.set(`proof ${String(index)}`, proof);
      }
      expect(secrets.size).toBeGreaterThan(100);
      const found = await leaks(directory(), secrets);
      for (const name of secrets.keys()) {
        await attemptInVain(KIND, name, () => {
          expect(found.filter(({ secret }) => secret === name)).toEqual([]);
          return Promise.resolve();
        });
      }
      expect(found).toEqual([]);
    });

    it('would find one: the control', async () => {
      const secrets = await secretsOf(directory());
      const planted = world().exchange.state.logOf('planted');
      const token = world().victim.session.token;
      await appendFile(planted, `{"password":"${world().victim.password}"}\n{"x-auth-token":"${token}"}\n`);
      const found = await leaks(directory(), secrets);
      await rm(planted);
      expect(found.map(({ log }) => log)).toContain('planted.log');
      expect(found.some(({ secret }) => secret.startsWith('a password of a user'))).toBe(true);
      expect(found.some(({ secret }) => secret === 'a signed token')).toBe(true);
    });
  });
}
