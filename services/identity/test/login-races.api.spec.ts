import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityProcess, type Installation, newInstallation, passwordOf } from './identity-process.js';

let installation: Installation;
let one: IdentityProcess;
let other: IdentityProcess;

beforeAll(async () => {
  installation = await newInstallation();
  const start = () => IdentityProcess.startReplica(installation, { OCX_PUBLIC_URL: 'http://identity.test' });
  [one, other] = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()]);
  await installation.remove();
});

/** Short and long waits, so that what takes the right away falls before, into and after the login's work. */
const DELAYS_MS = [0, 5, 10, 15, 20, 25, 30, 40, 60, 90];

/** Logs in at one replica while `takeAway` is at work at the other. The token, if there is one. */
async function raced(name: string, password: string, delayMs: number, takeAway: () => Promise<unknown>) {
  const login = one.authenticate(passwordOf(name, password));
  await sleep(delayMs);
  await takeAway();
  const answer = await login;
  return answer.status === 201 ? answer.headers.get('x-subject-token') : null;
}

const statusOf = async (token: string) => (await one.call('GET', '/v3/auth/projects', { token })).status;

describe('a login that is under way while its right is taken away', () => {
  it.each(DELAYS_MS)('is worth nothing to somebody who is disabled after %d ms', async (delayMs) => {
    const name = `disabled-${delayMs}`;
    const { userId, password } = await one.member(name);
    const token = await raced(name, password, delayMs, () =>
      other.admin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } }),
    );
    if (token !== null) expect(await statusOf(token)).toBe(401);
    else expect((await one.authenticate(passwordOf(name, password))).status).toBe(401);
  });

  it.each(DELAYS_MS)('is worth nothing with a password that is replaced after %d ms', async (delayMs) => {
    const name = `changed-${delayMs}`;
    const { userId, password } = await one.member(name);
    const token = await raced(name, password, delayMs, () =>
      other.admin('PATCH', `/v3/users/${userId}`, { user: { password: 'another-one' } }),
    );
    if (token !== null) expect(await statusOf(token)).toBe(401);
    else expect((await one.authenticate(passwordOf(name, password))).status).toBe(401);
  });
});
