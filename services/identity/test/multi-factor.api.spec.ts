import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess, passwordOf } from './identity-process.js';

let identity: IdentityProcess;

beforeAll(async () => {
  identity = await IdentityProcess.start({ OCX_LOCKOUT_FAILURE_ATTEMPTS: '4', OCX_LOCKOUT_DURATION: '600' });
});
afterAll(() => identity.stop());

interface Person {
  readonly id: string;
  readonly name: string;
  readonly totp: TOTP;
}

/** A user with an authenticator, and rules for their logins. */
async function person(name: string, rules: string[][] = [['password', 'totp']], more: object = {}): Promise<Person> {
  const options = { multi_factor_auth_rules: rules, ...more };
  const made = await identity.admin('POST', '/v3/users', { user: { name, password: `password-of-${name}`, options } });
  const id = made.body.user.id as string;
  const secret = new Secret({ size: 20 });
  const credential = { type: 'totp', blob: secret.base32, user_id: id };
  expect((await identity.admin('POST', '/v3/credentials', { credential })).status).toBe(201);
  return { id, name, totp: new TOTP({ secret }) };
}

const withPasscode = ({ id }: { id: string }, passcode: string) => ({
  methods: ['totp'],
  totp: { user: { id, passcode } },
});
const withBoth = (who: Person, passcode: string) => ({
  ...passwordOf(who.name, `password-of-${who.name}`),
  ...withPasscode(who, passcode),
  methods: ['password', 'totp'],
});
const withPassword = (who: Person) => passwordOf(who.name, `password-of-${who.name}`);
const login = (credentials: object, receipt?: string): Promise<Answer> =>
  identity.authenticate(
    credentials,
    undefined,
    '',
    receipt === undefined ? undefined : { 'openstack-auth-receipt': receipt },
  );
const receiptOf = (answer: Answer): string => answer.headers.get('openstack-auth-receipt') ?? '';
const earlier = ({ totp }: Person, seconds: number): string =>
  totp.generate({ timestamp: Date.now() - seconds * 1000 });

describe('a passcode', () => {
  it('proves its user with the password, once', async () => {
    const ada = await person('ada');
    const passcode = ada.totp.generate();
    const first = await login(withBoth(ada, passcode));
    expect([first.status, first.body.token.methods]).toEqual([201, ['password', 'totp']]);
    expect((await login(withBoth(ada, passcode))).status).toBe(401);
  });

  it('is good for one period more, and no other', async () => {
    const bob = await person('bob', []);
    expect((await login(withPasscode(bob, earlier(bob, 90)))).status).toBe(401);
    expect((await login(withPasscode(bob, earlier(bob, -90)))).status).toBe(401);
    expect((await login(withPasscode(bob, earlier(bob, 30)))).status).toBe(201);
    expect((await login(withPasscode(bob, earlier(bob, 30)))).status).toBe(401);
  });

  it('is one’s own, and unknown users and secrets that are none answer alike', async () => {
    const [cleo, dan] = [await person('cleo'), await person('dan')];
    const mixed = { ...withBoth(cleo, '000000'), totp: withPasscode(dan, dan.totp.generate()).totp };
    const refusal = await login(mixed);
    expect(refusal.status).toBe(401);
    expect((await login(withPasscode({ id: 'nobody' }, '123456'))).body).toEqual(refusal.body);
    const made = await identity.admin('POST', '/v3/users', { user: { name: 'odd' } });
    const id = made.body.user.id as string;
    await identity.admin('POST', '/v3/credentials', { credential: { type: 'totp', blob: '!!!', user_id: id } });
    expect((await login(withPasscode({ id }, '123456'))).body).toEqual(refusal.body);
    expect((await login({ methods: ['totp'] })).status).toBe(400);
  });

  it('is not guessed: who has the password gets no more tries', async () => {
    const eve = await person('eve');
    for (let guess = 0; guess < 4; guess += 1) {
      expect((await login(withPassword(eve))).status).toBe(401);
      expect((await login(withBoth(eve, 'guess!'))).status).toBe(401);
    }
    expect((await login(withBoth(eve, eve.totp.generate()))).status).toBe(401);
  });
});

describe('a login that is right and not enough', () => {
  it('gets a receipt, with which the rest is enough', async () => {
    const fay = await person('fay');
    const part = await login(withPassword(fay));
    expect([part.status, part.body]).toEqual([
      401,
      {
        receipt: {
          methods: ['password'],
          user: { id: fay.id, name: 'fay', domain: { id: 'default', name: 'Default' } },
          issued_at: expect.any(String),
          expires_at: expect.any(String),
        },
        required_auth_methods: [['password', 'totp']],
      },
    ]);
    const whole = await login(withPasscode(fay, fay.totp.generate()), receiptOf(part));
    expect([whole.status, whole.body.token.methods]).toEqual([201, ['password', 'totp']]);
  });

  it('gets none when it is wrong, and a receipt is its user’s alone and no token', async () => {
    const [gus, hal] = [await person('gus'), await person('hal')];
    const wrong = await login(passwordOf('gus', 'wrong'));
    expect([wrong.status, receiptOf(wrong), Object.keys(wrong.body as object)]).toEqual([401, '', ['error']]);
    const receipt = receiptOf(await login(withPassword(gus)));
    expect((await login(withPasscode(hal, hal.totp.generate()), receipt)).status).toBe(401);
    expect((await identity.call('GET', '/v3/auth/projects', { token: receipt })).status).toBe(401);
    expect((await login(withPasscode(gus, gus.totp.generate()), 'forged')).status).toBe(401);
    const token = identity.adminToken;
    expect((await login(withPasscode(gus, earlier(gus, 30)), token)).status).toBe(401);
  });

  it('does not outlive a change of the password', async () => {
    const ida = await person('ida');
    const receipt = receiptOf(await login(withPassword(ida)));
    await identity.admin('PATCH', `/v3/users/${ida.id}`, { user: { password: 'another' } });
    expect((await login(withPasscode(ida, ida.totp.generate()), receipt)).status).toBe(401);
  });
});

describe('rules', () => {
  it('are met by any of them', async () => {
    const jan = await person('jan', [['password', 'totp'], ['password']]);
    expect((await login(withPassword(jan))).status).toBe(201);
  });

  it('bind tokens too, and nobody for whom they are off', async () => {
    const kim = await person('kim', [['password']]);
    const token = (await login(withPassword(kim))).headers.get('x-subject-token') ?? '';
    const again = { methods: ['token'], token: { id: token } };
    expect((await login(again)).status).toBe(201);
    const rule = (options: object) => identity.admin('PATCH', `/v3/users/${kim.id}`, { user: { options } });
    await rule({ multi_factor_auth_rules: [['password', 'totp']] });
    expect((await login(again)).body.required_auth_methods).toEqual([['password', 'totp']]);
    await rule({ multi_factor_auth_enabled: false });
    expect((await login(again)).status).toBe(201);
  });

  it('do not ask programs to which a whole login delegated', async () => {
    const lea = await identity.member('lea');
    const made = await identity.call('POST', `/v3/users/${lea.userId}/application_credentials`, {
      token: lea.token,
      json: { application_credential: { name: 'robot' } },
    });
    const { id, secret } = made.body.application_credential as { id: string; secret: string };
    const options = { multi_factor_auth_rules: [['password', 'totp']] };
    await identity.admin('PATCH', `/v3/users/${lea.userId}`, { user: { options } });
    const robot = { methods: ['application_credential'], application_credential: { id, secret } };
    expect((await login(robot)).status).toBe(201);
  });
});
