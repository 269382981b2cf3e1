import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StorageUnderTest, SwiftUser } from './object-store-service.js';

const MIB = 1024 * 1024;

describe('a client that falls silent', () => {
  let service: StorageUnderTest;
  let user: SwiftUser;
  beforeAll(async () => {
    service = await StorageUnderTest.start({ OCX_OBJECT_CLIENT_TIMEOUT_SECONDS: '1' });
    user = await SwiftUser.of(service, 'a'.repeat(32));
    expect((await user.call('PUT', '/c')).status).toBe(201);
  });
  afterAll(() => service.stop());

  async function files(): Promise<number> {
    const objects = join(service.dataDir, 'data', 'objects');
    const entries = await readdir(objects, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  }

  it('in the middle of an upload loses its connection, and nothing is left', async () => {
    const before = await files();
    const headers = { 'x-auth-token': user.token, 'content-length': String(8 * MIB) };
    const upload = request(`${service.url}/v1/${user.account}/c/silent`, { method: 'PUT', headers });
    upload.write(Buffer.alloc(2 * MIB));
    await once(upload, 'error');
    await expect.poll(files, { timeout: 20_000 }).toBe(before);
    expect((await user.call('GET', '/c/silent')).status).toBe(404);
  });
});
