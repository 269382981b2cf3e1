import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { TestExchange } from './market-exchange.js';
import { LandlordDouble } from './market-landlord.js';

let exchange: TestExchange;
let stranger: LandlordDouble;

beforeAll(async () => {
  exchange = await TestExchange.start();
  stranger = await LandlordDouble.start('stranger');
  // All of loopback is allowed in these tests but this one port.
  exchange.environment['OCX_ALLOWED_LANDLORD_ADDRESSES'] = stranger.host;
  await exchange.close();
  await exchange.open();
});

afterAll(async () => {
  await stranger.stop();
  await exchange.stop();
});

const enrol = (code: string, enrolment: string) =>
  exchange.call('POST', '/exchange/v1/landlords', { body: { code, enrolment } });

describe('enrolment', () => {
  it('refuses an unknown code', async () => {
    const answer = await enrol('not-a-code-at-all', await stranger.enrolment());
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ reason: 'code_refused', status: 403 });
  });

  it('refuses a document that another key signed', async () => {
    const answer = await enrol(await exchange.code(), await stranger.enrolment({}, await SigningKey.generate()));
    expect(answer.body).toMatchObject({ status: 400, reason: 'document_refused' });
  });

  it.each(['exchange', 'ocx-internal'])('refuses the reserved region %s', async (region) => {
    const answer = await enrol(await exchange.code(), await stranger.enrolment({ region }));
    expect(answer.body).toMatchObject({ status: 400, reason: 'region_reserved' });
  });

  it.each(['../up', 'Harvard', 'a b', ''])('refuses the region name %j', async (region) => {
    const answer = await enrol(await exchange.code(), await stranger.enrolment({ region }));
    expect(answer.body).toMatchObject({ status: 400, reason: 'document_refused' });
  });

  it.each([
    ['compute', '2.1', '2.89', 'compute 2.1 to 2.90'],
    ['compute', '2.2', '2.90', 'compute 2.1 to 2.90'],
    ['compute', '3.0', '3.70', 'compute 2.1 to 2.90'],
    ['storage', '3.0', '3.69', 'volume 3.0 to 3.70'],
    ['storage', '2.1', '2.90', 'volume 3.0 to 3.70'],
  ])('refuses a %s landlord that speaks %s to %s only, and leaves its code good', async (kind, min, max, needed) => {
    const code = await exchange.code();
    const answer = await enrol(code, await stranger.enrolment({ kind, microversions: { min, max } }));
    expect(answer.body).toMatchObject({ status: 400, reason: 'microversions_missing' });
    expect(answer.body['detail']).toBe(
      `The exchange speaks ${needed}, and so must its landlords; this one speaks ${min} to ${max}.`,
    );
    const [row] = await exchange.sql<{ used: string }>(
      'SELECT count(*) AS used FROM enrolment_codes WHERE jkt IS NOT NULL',
    );
    expect(row).toEqual({ used: '0' });
  });

  it.each(['', 'latest', '2', '2.090', '2.1.1', '-2.1'])('refuses the microversion %j', async (max) => {
    const answer = await enrol(await exchange.code(), await stranger.enrolment({ microversions: { min: '2.1', max } }));
    expect(answer.body).toMatchObject({ status: 400, reason: 'document_refused' });
  });

  it('refuses a document of yesterday', async () => {
    const issued_at = new Date(Date.now() - 86_400_000).toISOString();
    const answer = await enrol(await exchange.code(), await stranger.enrolment({ issued_at }));
    expect(answer.body).toMatchObject({ status: 400, reason: 'document_stale' });
  });

  it.each([
    'http://127.0.0.1:1',
    'http://169.254.169.254',
    'http://10.0.0.1',
    'http://[::1]:80',
    'http://[::ffff:127.0.0.1]:5432',
  ])('does not call %s', async (endpoint) => {
    const answer = await enrol(await exchange.code(), await stranger.enrolment({ endpoint }));
    expect(answer.body).toMatchObject({ status: 400 });
    expect(['endpoint_refused', 'challenge_failed']).toContain(answer.body['reason']);
  });

  it('refuses an endpoint that answers with another key', async () => {
    const thief = await SigningKey.generate();
    const enrolment = await stranger.enrolment({ name: 'thief', region: 'thief', jwk: thief.jwk }, thief);
    const answer = await enrol(await exchange.code(), enrolment);
    expect(answer.body).toMatchObject({ status: 400, reason: 'challenge_failed' });
  });

  it('enrols, repeats the same, and refuses the code to another key', async () => {
    const code = await exchange.code();
    const first = await enrol(code, await stranger.enrolment());
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ issuer: exchange.identity.issuer });
    expect(exchange.identity.landlords.has(String(first.body['landlord_id']))).toBe(true);
    const again = await enrol(code, await stranger.enrolment());
    expect(again.body['landlord_id']).toBe(first.body['landlord_id']);
    const other = await LandlordDouble.start('other');
    const stolen = await enrol(code, await other.enrolment());
    await other.stop();
    expect(stolen.body).toMatchObject({ status: 403, reason: 'code_refused' });
  });

  it('keeps codes as hashes only', async () => {
    const code = await exchange.code();
    const rows = await exchange.sql<{ text: string }>('SELECT enrolment_codes::text AS text FROM enrolment_codes');
    expect(rows.some(({ text }) => text.includes(code))).toBe(false);
  });
});

describe('the two origins', () => {
  it('do not serve one another', async () => {
    const objects = await fetch(`${exchange.objectUrl}/exchange/v1`);
    expect(objects.status).toBe(404);
    expect(objects.headers.get('content-security-policy')).toBe('sandbox');
    expect(objects.headers.get('x-content-type-options')).toBe('nosniff');
    const api = await fetch(`${exchange.url}/regions/exchange/object-store/v1/AUTH_x`);
    expect(api.status).toBe(404);
    expect((await fetch(`${exchange.objectUrl}/healthcheck`)).status).toBe(200);
    expect((await fetch(`${exchange.url}/exchange/v1`)).status).toBe(200);
  });
});
