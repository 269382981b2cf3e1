import { Unauthenticated } from '@ocx/service-kit/errors';
import { describe, expect, it } from 'vitest';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PasswordHashing } from '../passwords/password-hashing.js';
import type { LoginAttempts } from '../users/login-attempts.service.js';
import { PasswordCheck } from '../users/password-check.js';
import type { UserWithDomain } from '../users/user.js';
import type { UsersService } from '../users/users.service.js';
import type { UserReference } from '@ocx/openstack-api/identity/auth';
import type { UsersRepository } from '../users/users.repository.js';
import { PasswordMethod } from './password.method.js';

class CountingHashing extends PasswordHashing {
  computations = 0;

  constructor(private readonly current: (stored: string) => boolean = () => true) {
    super();
  }

  hash(secret: string): Promise<string> {
    this.computations += 1;
    return Promise.resolve(`hash of ${secret}`);
  }

  verify(stored: string, secret: string): Promise<boolean> {
    this.computations += 1;
    return Promise.resolve(stored === `hash of ${secret}`);
  }

  isCurrent(stored: string): boolean {
    return this.current(stored);
  }
}

const user = (name: string, more: Partial<UserWithDomain> = {}): UserWithDomain => ({
  id: name,
  domainId: 'default',
  name,
  enabled: true,
  email: null,
  description: null,
  defaultProjectId: null,
  passwordHash: `hash of ${name}`,
  passwordCreatedAt: null,
  passwordExpiresAt: null,
  passwordSelfService: false,
  options: {},
  identityProviderId: null,
  protocolId: null,
  extra: {},
  domainName: 'Default',
  domainEnabled: true,
  ...more,
});

const KNOWN = [
  user('ada'),
  user('disabled', { enabled: false }),
  user('homeless', { domainEnabled: false }),
  user('federated', { passwordHash: null }),
  user('locked'),
];

const users = {
  find: (id: string) => Promise.resolve(KNOWN.find((known) => known.id === id)),
  findByName: (name: string) => Promise.resolve(KNOWN.find((known) => known.name === name)),
} as unknown as UsersService;

const attempts = {
  isLocked: (found: UserWithDomain | undefined) => Promise.resolve(found?.name === 'locked'),
  failed: () => Promise.resolve(),
  admits: () => Promise.resolve(true),
} as unknown as LoginAttempts;

async function attempt(reference: UserReference, password: string, hashing = new CountingHashing()) {
  const hasher = new PasswordHasher(hashing);
  await hasher.onModuleInit();
  hashing.computations = 0;
  const replaced: string[][] = [];
  const rows = { replaceHash: (...row: string[]) => Promise.resolve(void replaced.push(row)) };
  const check = new PasswordCheck(hasher, attempts, rows as unknown as UsersRepository);
  const method = new PasswordMethod(users, check);
  const outcome = await method.authenticate({ user: { ...reference, password } }).catch((error: unknown) => error);
  return { outcome, computations: hashing.computations, replaced };
}

const named = (name: string): UserReference => ({ name, domain: { id: 'default' } });

describe('a password login', () => {
  it('succeeds with one computation', async () => {
    const { outcome, computations } = await attempt(named('ada'), 'ada');
    expect(outcome).toMatchObject({ user: { id: 'ada' }, methods: ['password'] });
    expect(computations).toBe(1);
  });

  it('replaces a hash of another cost, once it is proved', async () => {
    const older = () => new CountingHashing(() => false);
    const { replaced } = await attempt(named('ada'), 'ada', older());
    expect(replaced).toEqual([['ada', 'hash of ada', 'hash of ada']]);
    expect((await attempt(named('ada'), 'wrong', older())).replaced).toEqual([]);
    expect((await attempt(named('ada'), 'ada')).replaced).toEqual([]);
  });

  it.each([
    ['a wrong password', named('ada'), 'wrong'],
    ['an unknown name', named('nobody'), 'wrong'],
    ['an unknown id', { id: 'nobody' }, 'wrong'],
    ['a disabled user', named('disabled'), 'disabled'],
    ['a user of a disabled domain', named('homeless'), 'homeless'],
    ['a locked user', named('locked'), 'locked'],
    ['a user without password', named('federated'), ''],
  ])('fails alike, after the same work, for %s', async (_, reference, password) => {
    const { outcome, computations } = await attempt(reference, password);
    expect(outcome).toBeInstanceOf(Unauthenticated);
    expect((outcome as Error).message).toBe('The request you have made requires authentication.');
    expect(computations).toBe(1);
  });
});
