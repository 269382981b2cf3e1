import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BadRequest, CarelessTenant, COMPUTE } from './careless-tenant.js';
import { FORMS } from './fault-forms.js';
import { type RawRequest, send } from './raw-http.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const MIB = 1024 * 1024;

/** What makes no sense is refused in the words of the API that was called, and nothing comes of it. */
describe('bad input to', () => {
  let careless: CarelessTenant;

  beforeAll(async () => {
    careless = await CarelessTenant.create();
  });
  afterAll(() => careless.giveBack());

  describe('identity', () => {
    const asOperator = async (request: RawRequest, status: number) => {
      const headers = { 'x-auth-token': careless.exchange.operator.session.token, 'content-type': 'application/json' };
      const answer = await send({ ...request, headers });
      expect(answer.status, answer.text).toBe(status);
      return FORMS.keystone(answer, status);
    };
    const count = async (collection: string) => {
      const answer = await careless.exchange.operator.session.get(
        z.record(z.string(), z.unknown()),
        careless.identity(`/${collection}`),
      );
      return (answer[collection] as unknown[]).length;
    };

    it('knows no unknown ids', async () => {
      const unknown = '0'.repeat(32);
      expect(await asOperator({ url: careless.identity(`/projects/${unknown}`) }, 404)).toContain(unknown);
      await asOperator({ url: careless.identity(`/users/${unknown}`) }, 404);
      await asOperator({ method: 'DELETE', url: careless.identity(`/users/${unknown}`) }, 404);
      await asOperator({ url: careless.identity('/nowhere') }, 404);
    });

    it('takes no name, body or path that is too long, malformed or a trick', async () => {
      const before = [await count('projects'), await count('users')];
      const post = (path: string, body: unknown) => ({
        method: 'POST',
        url: careless.identity(path),
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const name = (length: number) => 'n'.repeat(length);
      await asOperator(post('/projects', { project: { name: name(65), domain_id: 'default' } }), 400);
      await asOperator(post('/projects', { project: { name: '', domain_id: 'default' } }), 400);
      await asOperator(post('/users', { user: { name: name(256), domain_id: 'default' } }), 400);
      await asOperator(post('/users', { user: { name: name(MIB), domain_id: 'default' } }), 413);
      await asOperator(post('/users', '{"user": {'), 400);
      await asOperator({ url: careless.exchange.urls.identity, path: '/v3/projects/..%2fusers' }, 404);
      expect([await count('projects'), await count('users')]).toEqual(before);
    });

    it('tells a member nothing about others', async () => {
      const headers = { 'x-auth-token': careless.token, 'content-type': 'application/json' };
      const user = { name: 'more', domain_id: 'default' };
      const answer = await send({
        method: 'POST',
        url: careless.identity('/users'),
        headers,
        body: JSON.stringify({ user }),
      });
      expect(answer.status).toBe(403);
      FORMS.keystone(answer, 403);
    });
  });

  describe('compute', () => {
    it.each<[string, () => BadRequest, number, RegExp]>([
      [
        'a body that is no JSON',
        () => ({ ...careless.server(), json: undefined, body: '{"server":' }),
        400,
        /not valid JSON/,
      ],
      [
        'a body that is not UTF-8',
        () => ({ ...careless.server(), json: undefined, body: Buffer.from([0x22, 0xff, 0x22]) }),
        400,
        /UTF-8/,
      ],
      ['a body without a server', () => ({ ...careless.server(), json: {} }), 400, /server/],
      ['a body of 2 MiB', () => careless.server({ name: 'x'.repeat(2 * MIB) }), 413, /larger than/],
      ['a key that Nova does not know', () => careless.server({ bogus: true }), 400, /bogus/],
      ['a name of 256 characters', () => careless.server({ name: 'x'.repeat(256) }), 400, /name/],
      ['user data that is too long', () => careless.server({ user_data: 'A'.repeat(65_536) }), 400, /user_data/],
      ['an unknown image', () => careless.server({ imageRef: NOBODY }), 400, /[Ii]mage/],
      ['an unknown flavor', () => careless.server({ flavorRef: 'm9.huge' }), 400, /m9\.huge/],
      ['an unknown key pair', () => careless.server({ key_name: 'nobody' }), 400, /key_name/],
      ['an unknown zone', () => careless.server({ availability_zone: 'atlantis' }), 400, /zone/],
      ['a host of a zone', () => careless.server({ availability_zone: 'mit:host1' }), 400, /not allowed/],
      ['a hint that is no price', () => careless.server({}, { 'ocx:max_price': '-1' }), 400, /max_price/],
      ['an unknown hint of ours', () => careless.server({}, { 'ocx:colour': 'red' }), 400, /ocx:colour/],
      [
        'more servers than the quota',
        () => careless.server({ min_count: 21, max_count: 21 }),
        403,
        /^Quota exceeded for instances: Requested 21, but already used 0 of 20 instances$/,
      ],
      ['a price that nobody offers', () => careless.server({}, { 'ocx:max_price': '19999' }), 409, /price_cap/],
      ['a trait that nobody offers', () => careless.server({}, { 'ocx:traits': 'FPGA' }), 409, /no_offers/],
      [
        'a flavor that the named landlord does not offer',
        () => careless.server({ flavorRef: 'm1.medium', availability_zone: 'harvard' }),
        409,
        /no_offers/,
      ],
    ])('refuses %s, and nothing is rented', async (_, request, status, message) => {
      await careless.refused(request(), 'nova', status, message);
    });

    it.each(['GET', 'DELETE', 'PUT'])('answers %s of an unknown id with 404', async (method) => {
      const json = method === 'PUT' ? { json: { server: { name: 'other' } } } : {};
      await careless.refused(
        { method, url: careless.nova(`/servers/${NOBODY}`), headers: COMPUTE, ...json },
        'nova',
        404,
        /could not be found/,
      );
      await careless.refused(
        { method, url: careless.nova('/servers/no-id-at-all'), headers: COMPUTE, ...json },
        'nova',
        404,
      );
    });

    it('answers actions and parts of an unknown server with 404', async () => {
      const action = {
        method: 'POST',
        url: careless.nova(`/servers/${NOBODY}/action`),
        headers: COMPUTE,
        json: { 'os-stop': null },
      };
      await careless.refused(action, 'nova', 404);
      const volumeAttachment = { volumeId: NOBODY };
      const attach = {
        method: 'POST',
        url: careless.nova(`/servers/${NOBODY}/os-volume_attachments`),
        headers: COMPUTE,
        json: { volumeAttachment },
      };
      await careless.refused(attach, 'nova', 404);
    });

    it('does not see another project’s server', async () => {
      const other = await careless.exchange.newTenant('other');
      const made = z.object({ server: z.object({ id: z.string() }) });
      const order = careless.server({ name: 'theirs' }).json;
      const { id } = (await other.session.post(made, careless.nova('/servers'), order, COMPUTE)).server;
      await careless.refused({ url: careless.nova(`/servers/${id}`), headers: COMPUTE }, 'nova', 404);
      await careless.refused({ method: 'DELETE', url: careless.nova(`/servers/${id}`), headers: COMPUTE }, 'nova', 404);
      expect((await other.tenant.server(id)).name).toBe('theirs');
      await other.tenant.deleteServer(id);
    });

    it('takes a path for an id, not for a path', async () => {
      const base = new URL(careless.nova('')).pathname;
      for (const trick of ['..%2f..%2f..%2flandlord%2fv1%2foffers', '%2e%2e%2f%2e%2e', '%00']) {
        await careless.refused(
          { url: careless.nova(''), path: `${base}/servers/${trick}`, headers: COMPUTE },
          'nova',
          404,
        );
      }
      await careless.refused({ url: careless.nova(''), path: `${base}/servers/%ff`, headers: COMPUTE }, 'nova', 400);
      await careless.refused(
        { url: careless.nova(''), path: `${base}/../../../landlord/v1/offers`, headers: COMPUTE },
        'nova',
        404,
      );
    });

    it('refuses a microversion it does not speak', async () => {
      const answer = await send({
        url: careless.nova('/servers'),
        headers: { 'x-auth-token': careless.token, 'openstack-api-version': 'compute 9.99' },
      });
      expect([answer.status, answer.text]).toEqual([406, expect.stringContaining('Version 9.99 is not supported')]);
    });
  });

  describe('volumes', () => {
    it.each<[string, () => BadRequest, number, RegExp]>([
      [
        'a body that is no JSON',
        () => ({ ...careless.volume(), json: undefined, body: '{"volume"' }),
        400,
        /not valid JSON/,
      ],
      ['a body of 2 MiB', () => careless.volume({ description: 'x'.repeat(2 * MIB) }), 413, /larger than/],
      ['no size', () => careless.volume({ size: undefined }), 400, /size/],
      ['a size of nothing', () => careless.volume({ size: 0 }), 400, /size/],
      ['a size that is no number', () => careless.volume({ size: '1; rm' }), 400, /size/],
      ['a name of 256 characters', () => careless.volume({ name: 'x'.repeat(256) }), 400, /name/],
      ['an unknown type', () => careless.volume({ volume_type: 'nobody' }), 404, /nobody/],
      ['an unknown zone', () => careless.volume({ availability_zone: 'atlantis' }), 400, /zone/],
      [
        'more than the quota',
        () => careless.volume({ size: 1000 }),
        413,
        /^VolumeSizeExceedsAvailableQuota: .* Requested 1000G, quota is 1000G and 1G has been consumed\.$/,
      ],
      ['more than any landlord has', () => careless.volume({ size: 900 }), 409, /no_capacity/],
    ])('refuses %s, and nothing is rented', async (_, request, status, message) => {
      await careless.refused(request(), 'nova', status, message);
    });

    it.each(['GET', 'DELETE'])('answers %s of an unknown id with 404', async (method) => {
      await careless.refused({ method, url: careless.cinder(`/volumes/${NOBODY}`) }, 'nova', 404, /could not be found/);
    });

    it('takes no other project in its path', async () => {
      const other = careless.cinder('').replace(/[^/]+$/, '0'.repeat(32));
      await careless.refused({ url: `${other}/volumes` }, 'nova', 400, /Malformed request url/);
    });
  });
});
