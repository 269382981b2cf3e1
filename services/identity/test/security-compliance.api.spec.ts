import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess, type Installation, newInstallation, passwordOf } from './identity-process.js';

let installation: Installation;
let replicas: IdentityProcess[] = [];
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await installation.remove();
});

const STRICT = {
  OCX_PUBLIC_URL: 'http://identity.test',
  OCX_LOCKOUT_FAILURE_ATTEMPTS: '3',
  OCX_LOCKOUT_DURATION: '3',
  OCX_UNIQUE_LAST_PASSWORD_COUNT: '3',
  OCX_PASSWORD_EXPIRES_DAYS: '30',
  OCX_PASSWORD_REGEX: '^(?=.*\\d).{7,}$',
  OCX_PASSWORD_REGEX_DESCRIPTION: 'seven characters, a digit among them',
  OCX_DISABLE_USER_ACCOUNT_DAYS_INACTIVE: '90',
  OCX_HOUSEKEEPING_SECONDS: '1',
};

let identity: IdentityProcess;
let other: IdentityProcess;

beforeAll(async () => {
  installation = await newInstallation();
  replicas = await Promise.all([1, 2].map(() => IdentityProcess.startReplica(installation, STRICT)));
  [identity, other] = replicas as [IdentityProcess, IdentityProcess];
});

async function newUser(fields: object = {}): Promise<{ id: string; name: string }> {
  const name = `user-${String(Math.random()).slice(2)}`;
  const made = await identity.admin('POST', '/v3/users', { user: { name, password: 'first-1', ...fields } });
  expect(made.status, made.text).toBe(201);
  return { id: made.body.user.id as string, name };
}
const login = (name: string, password: string, at = identity): Promise<Answer> =>
  at.authenticate(passwordOf(name, password));
const statusOf = async (name: string, password: string, at = identity): Promise<number> =>
  (await login(name, password, at)).status;
const change = (id: string, original_password: string, password: string): Promise<Answer> =>
  identity.call('POST', `/v3/users/${id}/password`, { json: { user: { original_password, password } } });
async function sql(statement: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: installation.databaseUrl });
  await client.connect();
  await client.query(statement, values);
  await client.end();
}

describe('lockout', () => {
  it('counts at all replicas together, says nothing, and ends', async () => {
    const { id, name } = await newUser();
    const wrong = await login(name, 'wrong');
    await login(name, 'wrong', other);
    await login(name, 'wrong');
    const locked = await login(name, 'first-1', other);
    expect([locked.status, locked.body]).toEqual([401, wrong.body]);
    expect((await login('nobody', 'wrong')).body).toEqual(wrong.body);
    expect((await change(id, 'first-1', 'second-2')).status).toBe(401);
    await sleep(3200);
    expect(await statusOf(name, 'first-1')).toBe(201);
  });

  it('starts anew after a success', async () => {
    const { name } = await newUser();
    for (const password of ['wrong', 'wrong', 'first-1', 'wrong', 'wrong']) await login(name, password);
    expect(await statusOf(name, 'first-1')).toBe(201);
  });

  it('counts guesses at the change of a password, and ends when an administrator enables the user', async () => {
    const { id, name } = await newUser();
    for (let guess = 0; guess < 3; guess += 1) expect((await change(id, 'wrong', 'second-2')).status).toBe(401);
    expect(await statusOf(name, 'first-1')).toBe(401);
    await identity.admin('PATCH', `/v3/users/${id}`, { user: { enabled: true } });
    expect(await statusOf(name, 'first-1')).toBe(201);
  });

  it('gives guesses that come at once no more tries', async () => {
    const { name } = await newUser();
    await Promise.all(Array.from({ length: 12 }, (_, index) => login(name, 'wrong', index % 2 ? identity : other)));
    expect(await statusOf(name, 'first-1')).toBe(401);
  });

  it('leaves alone whom the operator exempts', async () => {
    const { name } = await newUser({ options: { ignore_lockout_failure_attempts: true } });
    for (let guess = 0; guess < 4; guess += 1) await login(name, 'wrong');
    expect(await statusOf(name, 'first-1')).toBe(201);
  });
});

describe('a password', () => {
  it('must be strong enough, whoever sets it', async () => {
    const weak = await identity.admin('POST', '/v3/users', { user: { name: 'weak', password: 'weak' } });
    expect([weak.status, weak.body.error.message]).toEqual([
      400,
      'The password does not match the requirements: seven characters, a digit among them.',
    ]);
    const { id } = await newUser();
    expect((await identity.admin('PATCH', `/v3/users/${id}`, { user: { password: 'weak' } })).status).toBe(400);
    expect((await change(id, 'first-1', 'weak')).status).toBe(400);
  });

  it('must differ from the last ones of the user, not of an administrator’s choice', async () => {
    const { id } = await newUser();
    expect((await change(id, 'first-1', 'first-1')).status).toBe(400);
    expect((await change(id, 'first-1', 'second-2')).status).toBe(204);
    const third = await identity.admin('PATCH', `/v3/users/${id}`, { user: { password: 'third-3' } });
    expect(third.status).toBe(200);
    for (const old of ['first-1', 'second-2', 'third-3']) expect((await change(id, 'third-3', old)).status).toBe(400);
    expect((await change(id, 'third-3', 'fourth-4')).status).toBe(204);
    expect((await change(id, 'fourth-4', 'second-2')).status).toBe(400);
    expect((await change(id, 'fourth-4', 'first-1')).status).toBe(204);
    expect((await identity.admin('PATCH', `/v3/users/${id}`, { user: { password: 'first-1' } })).status).toBe(200);
  });

  it('is not changed by a user whose password is locked', async () => {
    const { id } = await newUser({ options: { lock_password: true } });
    expect((await change(id, 'first-1', 'second-2')).status).toBe(400);
    const freed = await identity.admin('PATCH', `/v3/users/${id}`, { user: { options: { lock_password: null } } });
    expect(freed.body.user.options).toEqual({});
    expect((await change(id, 'first-1', 'second-2')).status).toBe(204);
  });

  it('expires, and is then changed without a token', async () => {
    const { id, name } = await newUser();
    const { password_expires_at: end } = (await identity.admin('GET', `/v3/users/${id}`)).body.user as {
      password_expires_at: string;
    };
    expect(end).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    expect(Date.parse(`${end}Z`)).toBeGreaterThan(Date.now() + 29.9 * 24 * 3_600_000);
    expect((await login(name, 'first-1')).body.token.user.password_expires_at).toBe(end);
    await sql(`UPDATE users SET password_expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
    const expired = await login(name, 'first-1');
    expect([expired.status, expired.body.error.message]).toEqual([
      401,
      `The password is expired and needs to be changed for user: ${id}.`,
    ]);
    expect((await login(name, 'wrong')).body.error.message).not.toContain('expired');
    expect((await change(id, 'first-1', 'second-2')).status).toBe(204);
    expect(await statusOf(name, 'second-2')).toBe(201);
  });

  it('does not expire for whom the operator exempts', async () => {
    const { id } = await newUser({ options: { ignore_password_expiry: true } });
    expect((await identity.admin('GET', `/v3/users/${id}`)).body.user.password_expires_at).toBeNull();
  });

  it('is found by its expiry', async () => {
    const { id } = await newUser();
    await sql(`UPDATE users SET password_expires_at = '2040-05-05T00:00:00Z' WHERE id = $1`, [id]);
    const found = async (filter: string): Promise<boolean> => {
      const { users } = (await identity.admin('GET', `/v3/users?password_expires_at=${filter}`)).body as {
        users: { id: string; password_expires_at: string | null }[];
      };
      expect(users.every((user) => user.password_expires_at !== null)).toBe(true);
      return users.some((user) => user.id === id);
    };
    const at = '2040-05-05T00:00:00Z';
    const operators = ['eq:', '', 'lte:', 'gte:', 'lt:', 'gt:', 'neq:'];
    expect(await Promise.all(operators.map((operator) => found(operator + at)))).toEqual([
      ...[true, true, true, true],
      ...[false, false, false],
    ]);
    expect([await found('gt:2040-05-04T00:00:00Z'), await found('lt:2040-05-04T00:00:00Z')]).toEqual([true, false]);
    for (const bad of ['about:2040-05-05T00:00:00Z', 'lt:', 'lt:soon', 'nonsense']) {
      expect((await identity.admin('GET', `/v3/users?password_expires_at=${bad}`)).status, bad).toBe(400);
    }
  });
});

describe('an account', () => {
  it('that nobody used for long is disabled', async () => {
    const { id, name } = await newUser();
    const token = (await login(name, 'first-1')).headers.get('x-subject-token') ?? '';
    await sql('UPDATE user_logins SET last_active_on = CURRENT_DATE - 91 WHERE user_id = $1', [id]);
    expect(await statusOf(name, 'first-1')).toBe(401);
    await expect
      .poll(async () => (await identity.admin('GET', `/v3/users/${id}`)).body.user.enabled as boolean, {
        timeout: 9000,
      })
      .toBe(false);
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(401);
    await identity.admin('PATCH', `/v3/users/${id}`, { user: { enabled: true } });
    expect(await statusOf(name, 'first-1')).toBe(201);
  });

  it('keeps what Keystone does not know about it, and options that it knows', async () => {
    const { id } = await newUser({ office: 'B 12', id: 'chosen', options: { multi_factor_auth_enabled: false } });
    const { user } = (await identity.admin('GET', `/v3/users/${id}`)).body as { user: object };
    expect(user).toMatchObject({ id, office: 'B 12', options: { multi_factor_auth_enabled: false } });
    const changed = await identity.admin('PATCH', `/v3/users/${id}`, { user: { office: null, floor: 3 } });
    expect(changed.body.user).toMatchObject({ id, office: null, floor: 3 });
    const unknown = await identity.admin('PATCH', `/v3/users/${id}`, { user: { options: { unknown: true } } });
    expect(unknown.status).toBe(400);
  });
});

describe('first use and minimum age', () => {
  it('want a change at once, and none soon after', async () => {
    const first = await IdentityProcess.start({
      OCX_CHANGE_PASSWORD_UPON_FIRST_USE: 'true',
      OCX_MINIMUM_PASSWORD_AGE: '2',
    });
    try {
      const make = (name: string, options: object) =>
        first.admin('POST', '/v3/users', { user: { name, password: 'given', options } });
      const { id } = (await make('new', {})).body.user as { id: string };
      await make('robot', { ignore_change_password_upon_first_use: true });
      expect(await statusOf('robot', 'given', first)).toBe(201);
      expect((await login('new', 'given', first)).body.error.message).toContain('needs to be changed');
      const own = (original_password: string, password: string) =>
        first.call('POST', `/v3/users/${id}/password`, { json: { user: { original_password, password } } });
      expect((await own('given', 'chosen')).status).toBe(204);
      expect(await statusOf('new', 'chosen', first)).toBe(201);
      const soon = await own('chosen', 'another');
      expect([soon.status, soon.body.error.message]).toEqual([
        400,
        'Cannot change password before minimum age 2 days is met. 2 days left.',
      ]);
    } finally {
      await first.stop();
    }
  });
});
