import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CarelessTenant } from './careless-tenant.js';
import { type RawRequest, send, sendBytes } from './raw-http.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const MIB = 1024 * 1024;

/** Names that look like paths, and requests of images, objects and the market that make no sense. */
describe('odd names and requests to', () => {
  let careless: CarelessTenant;

  beforeAll(async () => {
    careless = await CarelessTenant.create();
  });
  afterAll(() => careless.giveBack());

  describe('images', () => {
    it('refuses what is malformed, too long or unknown', async () => {
      const post = { method: 'POST', url: careless.glance('/images') };
      await careless.refused({ ...post, body: '{' }, 'glance', 400);
      await careless.refused({ ...post, json: { name: 'x'.repeat(256) } }, 'glance', 400);
      await careless.refused({ ...post, json: { name: 'x'.repeat(2 * MIB) } }, 'glance', 413);
      await careless.refused({ url: careless.glance(`/images/${NOBODY}`) }, 'glance', 404);
      await careless.refused({ method: 'DELETE', url: careless.glance(`/images/${NOBODY}`) }, 'glance', 404);
    });

    it('lets nobody delete the operator’s', async () => {
      await careless.refused({ method: 'DELETE', url: careless.glance(`/images/${careless.image}`) }, 'glance', 403);
      expect(await careless.member.tenant.imageNamed('demonstration')).toBe(careless.image);
    });
  });

  describe('objects', () => {
    const put = (path: string, headers: Record<string, string> = {}, body = 'x') => ({
      method: 'PUT',
      url: careless.swift(''),
      path: `${new URL(careless.swift('')).pathname}${path}`,
      headers,
      body,
    });

    it.each<[string, () => RawRequest, number, RegExp]>([
      ['an object in an unknown container', () => put('/nobody/object'), 404, /Not Found/],
      ['an object’s name of 1025 bytes', () => put(`/kept/${'n'.repeat(1025)}`), 400, /longer than 1024/],
      ['a container’s name of 257 bytes', () => put(`/${'n'.repeat(257)}`), 400, /longer than 256/],
      ['NUL in an object’s name', () => put('/kept/a%00b'), 412, /NULL/],
      ['NUL in a container’s name', () => put('/a%00b'), 412, /NULL/],
      ['an object’s name that is not UTF-8', () => put('/kept/%ff%fe'), 412, /UTF8/],
      ['a container’s name that is not UTF-8', () => put('/%ff%'), 412, /UTF8/],
      ['an unknown storage policy', () => put('/more', { 'x-storage-policy': 'gold' }), 400, /X-Storage-Policy/],
      [
        'a policy of an unknown landlord',
        () => put('/more', { 'x-storage-policy': 'standard@atlantis' }),
        400,
        /X-Storage-Policy/,
      ],
      [
        'another landlord for a container that is there',
        () => put('/kept', { 'x-storage-policy': 'standard@granite' }),
        409,
        /Conflict/,
      ],
      ['an Etag that is not the body’s', () => put('/kept/object', { etag: '0'.repeat(32) }), 422, /Unprocessable/],
      [
        'a metadata name that is too long',
        () => put('/kept/object', { [`x-object-meta-${'n'.repeat(129)}`]: 'v' }),
        400,
        /[Mm]etadata/,
      ],
      [
        'another project’s account',
        () => ({ url: careless.swift('').replace(/AUTH_.*$/, `AUTH_${'0'.repeat(32)}`) }),
        403,
        /Forbidden/,
      ],
      ['an account that dots lead to', () => put(`/../AUTH_${'0'.repeat(32)}/kept/object`), 404, /Not Found/],
    ])('refuses %s, and keeps what it has', async (_, request, status, message) => {
      await careless.refused(request(), 'swift', status, message);
    });

    it('keeps path-like names as the names they are, and inside their container', async () => {
      const account = new URL(careless.swift('')).pathname;
      const headers = { 'x-auth-token': careless.token };
      const names: [string, string][] = [
        ['../../x', '../../x'],
        ['%2e%2e%2f%2e%2e%2fy', '../../y'],
        ['a/./b/../c', 'a/./b/../c'],
        ['..', '..'],
        ['/etc/passwd', '/etc/passwd'],
        ['%252e%252e%252fz', '%2e%2e%2fz'],
        ['100%', '100%'],
        ['%zz/50%25', '%zz/50%'],
      ];
      for (const [sent] of names) {
        const answer = await send({ ...put(`/kept/${sent}`, headers, sent), headers });
        expect([sent, answer.status]).toEqual([sent, 201]);
      }
      const Listing = z.array(z.object({ name: z.string() }));
      const listed = await careless.member.session.get(Listing, careless.swift('/kept?format=json'));
      expect(listed.map(({ name }) => name).sort()).toEqual(['object', ...names.map(([, name]) => name)].sort());
      for (const [sent] of names) {
        const read = await send({ url: careless.swift(''), path: `${account}/kept/${sent}`, headers });
        expect([read.status, read.text]).toEqual([200, sent]);
        const gone = await send({
          method: 'DELETE',
          url: careless.swift(''),
          path: `${account}/kept/${sent}`,
          headers,
        });
        expect(gone.status).toBe(204);
      }
      await careless.expectUnchanged();
    });

    it('takes a stray % in a container’s name for itself', async () => {
      const { pathname } = new URL(careless.swift(''));
      const headers = { 'x-auth-token': careless.token, 'x-storage-policy': 'standard@bluestone' };
      const at = (method: string, path: string) =>
        send({ method, url: careless.swift(''), path: `${pathname}${path}`, headers });
      expect((await at('PUT', '/100%')).status).toBe(201);
      expect((await at('HEAD', '/100%25')).status).toBe(204);
      expect((await at('PUT', '/100%/%')).status).toBe(201);
      expect((await at('GET', '/100%25')).text).toBe('%\n');
      expect((await at('DELETE', '/100%25/%25')).status).toBe(204);
      expect((await at('DELETE', '/100%')).status).toBe(204);
      await careless.expectUnchanged();
    });

    it('is still there after bytes that are no HTTP', async () => {
      const { pathname } = new URL(careless.swift(''));
      expect(await sendBytes(careless.swift(''), `PUT ${pathname}/kept/a\0b HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe(
        'HTTP/1.1 400 Bad Request',
      );
      expect(await sendBytes(careless.swift(''), Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff]))).toBe(
        'HTTP/1.1 400 Bad Request',
      );
      const smuggled = `PUT ${pathname}/kept/s HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
      expect(await sendBytes(careless.swift(''), smuggled)).toBe('HTTP/1.1 400 Bad Request');
      expect((await careless.member.tenant.getObject('kept', 'object')).toString()).toBe('content');
    });
  });

  describe('the market', () => {
    it('refuses what is malformed, unknown or somebody else’s', async () => {
      const headers = { 'idempotency-key': 'bad-input' };
      const quotes = { method: 'POST', url: careless.market('/quotes'), headers };
      await careless.refused({ ...quotes, body: '{' }, 'problem', 400);
      await careless.refused(
        { ...quotes, json: { resource_type: 'spaceship', product_id: 'x', quantity: 1 } },
        'problem',
        400,
      );
      await careless.refused(
        { ...quotes, json: { resource_type: 'server', product_id: 'm1.tiny', quantity: -1 } },
        'problem',
        400,
      );
      await careless.refused({ url: careless.market(`/leases/${NOBODY}`) }, 'problem', 404);
      await careless.refused(
        { method: 'POST', url: careless.market(`/leases/${NOBODY}/end`), headers },
        'problem',
        404,
      );
      await careless.refused(
        { method: 'POST', url: careless.market(`/leases/${NOBODY}/end`) },
        'problem',
        400,
        /[Ii]dempotency/,
      );
      await careless.refused({ url: careless.market(`/accounts/${'0'.repeat(32)}`) }, 'problem', 404);
      await careless.refused({ url: careless.market('/nowhere') }, 'problem', 404);
    });

    it('gives credits and enrolment codes to the operator alone', async () => {
      const headers = { 'idempotency-key': 'bad-input-grant' };
      const grants = careless.market(`/accounts/${careless.member.session.projectId}/grants`);
      await careless.refused({ method: 'POST', url: grants, headers, json: { amount: '1000000' } }, 'problem', 403);
      const codes = careless.market('/landlords/enrolment-codes');
      await careless.refused({ method: 'POST', url: codes, headers, json: { name: 'mine' } }, 'problem', 403);
    });
  });
});
