import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityProcess, type Installation, newInstallation } from './identity-process.js';

const SHARED = { OCX_PUBLIC_URL: 'http://identity.test' };

let installation: Installation;
let replicas: IdentityProcess[] = [];

beforeAll(async () => {
  installation = await newInstallation();
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await installation.remove();
});

const keysOf = async (replica: IdentityProcess) => {
  const answer = await replica.call('GET', '/.well-known/jwks.json');
  return { answer, kids: (answer.body.keys as { kid: string }[]).map(({ kid }) => kid) };
};

describe('replicas that start together on an empty database', () => {
  it('make everything once, and take each other’s tokens', async () => {
    replicas = await Promise.all(Array.from({ length: 3 }, () => IdentityProcess.startReplica(installation, SHARED)));
    const [first, ...others] = replicas;
    const count = async (what: string) => (await first?.admin('GET', `/v3/${what}`))?.body[what.split('?')[0] ?? ''];
    expect(await count('domains')).toHaveLength(1);
    expect(await count('users')).toHaveLength(1);
    expect(await count('projects')).toHaveLength(1);
    expect(await count('roles')).toHaveLength(6);
    expect(await count('regions')).toHaveLength(1);
    expect(await count('services')).toHaveLength(1);
    expect(await count('endpoints')).toMatchObject([{ url: 'http://identity.test/v3', region: 'exchange' }]);
    for (const other of others) {
      const answer = await other.call('GET', '/v3/auth/projects', { token: first?.adminToken ?? '' });
      expect(answer.status).toBe(200);
    }
  });
});

describe('signing keys', () => {
  it('are published to be cached for less time than a new key waits', async () => {
    const [replica] = replicas;
    if (!replica) throw new Error('no replica');
    const { answer } = await keysOf(replica);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    expect(answer.body.keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: expect.any(String),
        alg: 'ES256',
        use: 'sig',
      },
    ]);
  });

  it('are rotated by the command: the old one signs on and stays published', async () => {
    const [replica] = replicas;
    if (!replica) throw new Error('no replica');
    const before = await keysOf(replica);
    const command = fileURLToPath(new URL('../dist/rotate-signing-key.js', import.meta.url));
    const env = { PATH: process.env['PATH'], OCX_DATA_DIR: path.join(installation.directory, 'data') };
    const { stdout } = await promisify(execFile)(process.execPath, [command], { env });
    const restarted = await IdentityProcess.startReplica(installation, SHARED);
    replicas.push(restarted);
    const after = await keysOf(restarted);
    expect(after.kids).toHaveLength(2);
    expect(after.kids[0]).toBe(before.kids[0]);
    expect(stdout).toContain(`New signing key ${after.kids[1] ?? ''}: `);
    const answer = await restarted.call('GET', '/v3/auth/projects', { token: replica.adminToken });
    expect(answer.status).toBe(200);
    const header = Buffer.from(restarted.adminToken.split('.')[0] ?? '', 'base64url').toString();
    expect(JSON.parse(header)).toMatchObject({ kid: before.kids[0] });
  });
});
