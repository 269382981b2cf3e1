import { createHash, randomUUID } from 'node:crypto';
import { attempt } from '@ocx/testing/attempts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bound } from './calls.js';
import type { World } from './world.js';

const KIND = 'poisoned image bytes';
const JSON_TYPE = 'application/json';
const BYTES = 'application/octet-stream';

/** Whoever gets between the exchange's record of an image and the landlord that stores it. */
export function images(world: () => World): void {
  describe('an image', () => {
    const good = Buffer.from('the bytes of the record');
    const poisoned = Buffer.from('the bytes of a stranger');
    const sha512 = createHash('sha512').update(good).digest('hex');

    beforeAll(() => world().remember());
    afterAll(() => world().expectUnchanged());

    const tokenFor = async (id: string, pin: object = {}) => {
      const image = { id, sha512, size: good.length, ...pin };
      const subjectToken = world().customer.session.token;
      const access = { actions: ['image' as const], image };
      return (
        await world()
          .party()
          .exchange({ subjectToken, resource: world().idOf('harvard'), access })
      ).token;
    };
    const atHarvard = (method: string, path: string, token: string, body: string | Buffer, key = world().brokerKey) => {
      const url = `${world().endpointOf('harvard')}/image/v2/images${path}`;
      return bound(world(), { token, key, method, url, body, type: typeof body === 'string' ? JSON_TYPE : BYTES });
    };
    const record = (id: string) =>
      JSON.stringify({ id, name: 'x', container_format: 'docker', disk_format: 'raw', visibility: 'private' });

    it('is stored at a landlord only as the record has it', async () => {
      const id = randomUUID();
      const token = await tokenFor(id);
      expect((await atHarvard('POST', '', token, record(id))).status).toBe(201);
      const put =
        (content: Buffer, by = token, at = id, key = world().brokerKey) =>
        () =>
          atHarvard('PUT', `/${at}/file`, by, content, key);
      const wrong: [string, Buffer][] = [
        ['other bytes', poisoned],
        ['fewer bytes', good.subarray(1)],
        ['more bytes', Buffer.concat([good, poisoned])],
        ['no bytes', Buffer.alloc(0)],
      ];
      for (const [name, content] of wrong) {
        await attempt(KIND, name, put(content), {
          status: [400, 413],
          reason: /size or SHA-512 differ|larger than allowed/,
        });
      }
      const other = randomUUID();
      await attempt(KIND, 'under another id', put(good, token, other), {
        status: [403, 404],
        reason: /does not allow|No image found/,
      });
      await attempt(KIND, 'registered under another id', () => atHarvard('POST', '', token, record(other)), {
        status: 403,
        reason: /does not allow this image/,
      });
      await attempt(KIND, 'with a landlord’s key', put(good, token, id, world().evil.double.key), {
        status: 401,
        reason: /bound to another key/,
      });
      await attempt(KIND, 'with a token to read', put(good, await world().tokenFor('harvard', world().customer)), {
        status: 403,
        reason: /not allow|Policy|permitted|Forbidden/,
      });
    });

    it('of the exchange is not overwritten, at a landlord or at the broker', async () => {
      const { goods, mallory, seen } = world();
      const token = await tokenFor(goods.image, {
        sha512: createHash('sha512').update(poisoned).digest('hex'),
        size: poisoned.length,
      });
      const over = () => atHarvard('PUT', `/${goods.image}/file`, token, poisoned);
      await attempt(KIND, 'over the demonstration image, at harvard', over, {
        status: [403, 404, 409],
        reason: /transition|already exists|No image found|not permitted/,
      });
      const url = `${seen.urls.broker}/regions/exchange/image/v2/images/${goods.image}`;
      const patch = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
      const change = JSON.stringify([{ op: 'replace', path: '/name', value: 'mine' }]);
      const calls: [string, string, object, string | Buffer][] = [
        ['PUT', `${url}/file`, { 'content-type': BYTES }, poisoned],
        ['PATCH', url, patch, change],
        ['DELETE', url, {}, ''],
        [
          'POST',
          `${url}/members`,
          { 'content-type': JSON_TYPE },
          JSON.stringify({ member: mallory.session.projectId }),
        ],
        ['POST', `${url}/actions/deactivate`, {}, ''],
      ];
      for (const [method, where, headers, body] of calls) {
        const call = () =>
          world().send({ method, url: where, headers: { 'x-auth-token': mallory.session.token, ...headers }, body });
        await attempt(KIND, `${method} ${where.slice(url.length - 36)}, at the broker`, call, {
          status: [403, 404, 409],
          reason: /./,
        });
      }
    });
  });
}
