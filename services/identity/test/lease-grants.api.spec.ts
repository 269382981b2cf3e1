import { randomUUID } from 'node:crypto';
import {
  ACCESS_TOKEN_TYPE,
  ATTACHMENT_GRANT_TYPE,
  LandlordAction,
  LEASE_GRANT_TYPE,
  LeaseAction,
} from '@ocx/openstack-api/exchange/tokens';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExchangeParties, GRANITE, HARVARD } from './exchange-parties.js';
import { IdentityProcess } from './identity-process.js';

const LEASE = randomUUID();
const ordering = { type: 'ocx:landlord', actions: ['claim', 'create'], lease_id: LEASE };
const wanted = { type: 'ocx:lease-grant', actions: ['end', 'settle'], lease_id: LEASE };

let identity: IdentityProcess;
let parties: ExchangeParties;
let tenant: { token: string };

beforeAll(async () => {
  identity = await IdentityProcess.start();
  parties = await ExchangeParties.enrol(identity);
  tenant = await identity.member('tenant');
});
afterAll(() => identity.stop());

const both = (first: object, second: object, more: Record<string, string> = {}) =>
  parties.ordered(tenant.token, HARVARD, [first, second], more);
const redeem = (grant: string, actions: string[], more: { lease?: string; landlord?: string } = {}) =>
  parties.ordered(grant, more.landlord ?? HARVARD, [{ type: 'ocx:landlord', actions, lease_id: more.lease ?? LEASE }], {
    subject_token_type: LEASE_GRANT_TYPE,
  });

describe("a lease grant, asked for beside the tenant's token", () => {
  it('comes in one answer, and each of the two allows its own only', async () => {
    const { body } = await both(ordering, wanted);
    const [token, grant] = [body.access_token as string, body.refresh_token as string];
    expect(body.issued_token_type).toBe(ACCESS_TOKEN_TYPE);
    expect(decodeJwt(token)).toMatchObject({ aud: HARVARD, authorization_details: [ordering] });
    expect(decodeJwt(grant)).toMatchObject({
      aud: 'ocx:lease-grant',
      lease_id: LEASE,
      landlord_id: HARVARD,
      actions: ['end', 'settle'],
      cnf: { jkt: parties.broker.key.thumbprint },
    });
    const ending = await redeem(grant, ['end']);
    expect(decodeJwt(ending.body.access_token as string)).toMatchObject({ aud: HARVARD, roles: [] });
    expect((await redeem(token, ['end'])).body.error).toBe('invalid_grant');
    expect((await redeem(tenant.token, ['end'])).body.error).toBe('invalid_grant');
    expect((await identity.call('GET', '/v3/auth/projects', { token: grant })).status).toBe(401);
  });

  it('gives tokens for its lease, its landlord and its actions only', async () => {
    const grant = (await both(ordering, wanted)).body.refresh_token as string;
    for (const action of ['claim', 'heal', 'write']) {
      expect((await redeem(grant, [action])).body.error).toBe('invalid_authorization_details');
    }
    expect((await redeem(grant, ['end'], { lease: randomUUID() })).body.error).toBe('invalid_authorization_details');
    expect((await redeem(grant, ['end'], { landlord: GRANITE })).body.error).toBe('invalid_target');
  });

  it.each(LeaseAction.options)('of %s is exchanged for that alone, however it is asked', async (granted) => {
    const only = { ...wanted, actions: [granted] };
    const grant = (await both(ordering, only)).body.refresh_token as string;
    for (const action of LandlordAction.options) {
      const { status, body } = await redeem(grant, [action]);
      expect([action, status, body.error]).toEqual(
        action === granted ? [action, 200, undefined] : [action, 400, 'invalid_authorization_details'],
      );
      if (action !== granted) {
        expect((await redeem(grant, [granted, action])).body.error).toBe('invalid_authorization_details');
        continue;
      }
      const claims = decodeJwt(body.access_token as string);
      const access = { type: 'ocx:landlord', actions: [granted], lease_id: LEASE };
      expect(claims).toMatchObject({
        aud: HARVARD,
        sub: decodeJwt(grant).sub,
        project_id: decodeJwt(grant)['project_id'],
        roles: [],
        act: { sub: 'broker' },
        authorization_details: [access],
      });
      expect(claims['authorization_details']).toEqual([access]);
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeLessThanOrEqual(300);
      expect(body.refresh_token).toBeUndefined();
    }
    expect((await redeem(grant, [granted, granted])).status).toBe(200);
  });

  it('gives no attachment, no image, no second lease, and nothing without naming its lease', async () => {
    const all = { ...wanted, actions: [...LeaseAction.options] };
    const grant = (await both(ordering, all)).body.refresh_token as string;
    const jkt = parties.keyOf(HARVARD).thumbprint;
    const connector = { landlord_id: HARVARD, jkt };
    const attachment = { id: LEASE, volume_id: LEASE, server_id: LEASE, mode: 'rw', connector };
    const image = { id: LEASE, sha512: 'a'.repeat(128), size: 1 };
    const asked = (access: object, more: Record<string, string> = {}) =>
      parties.ordered(grant, more['resource'] ?? HARVARD, [{ type: 'ocx:landlord', ...access }], {
        subject_token_type: LEASE_GRANT_TYPE,
        ...more,
      });
    const named = { actions: ['heal'], lease_id: LEASE };
    expect((await asked(named)).status).toBe(200);
    for (const wrong of [
      { ...named, image },
      { ...named, attachment },
      { ...named, actions: [] },
      { ...named, actions: ['attach'], attachment },
      { actions: ['heal'] },
      { ...named, lease_id: randomUUID() },
    ]) {
      expect((await asked(wrong)).body.error).toBe('invalid_authorization_details');
    }
    const asAttachment = { requested_token_type: ATTACHMENT_GRANT_TYPE, resource: GRANITE };
    const grown = await asked({ actions: ['attach'], attachment }, asAttachment);
    expect([grown.status, grown.body.access_token]).toEqual([400, undefined]);
    const twice = await parties.ordered(grant, HARVARD, [{ type: 'ocx:landlord', ...named }, all], {
      subject_token_type: LEASE_GRANT_TYPE,
    });
    expect(twice.body.error).toBe('invalid_authorization_details');
  });

  it('is worth nothing after its lease, given back, or in another hand', async () => {
    const soon = Math.floor(Date.now() / 1000) + 3;
    const ending = (await both(ordering, wanted, { not_after: String(soon) })).body.refresh_token as string;
    const minted = await redeem(ending, ['end']);
    expect(decodeJwt(minted.body.access_token as string).exp).toBe(soon);
    await expect
      .poll(async () => (await redeem(ending, ['end'])).body.error, { timeout: 10_000 })
      .toBe('invalid_grant');
    const grant = (await both(ordering, wanted)).body.refresh_token as string;
    const stolen = await parties.post('token', HARVARD, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: grant,
      subject_token_type: LEASE_GRANT_TYPE,
      resource: HARVARD,
      authorization_details: JSON.stringify([{ type: 'ocx:landlord', actions: ['end'], lease_id: LEASE }]),
    });
    expect(stolen.body.error).toBe('unauthorized_client');
    expect((await parties.post('revoke', HARVARD, { token: grant })).body.error).toBe('unauthorized_client');
    expect((await redeem(grant, ['end'])).status).toBe(200);
    expect((await parties.post('revoke', 'broker', { token: grant })).status).toBe(200);
    expect((await redeem(grant, ['end'])).body.error).toBe('invalid_grant');
  });

  it('lives no longer than a year, and ends before that when it was asked to', async () => {
    const { exp = 0, iat = 0 } = decodeJwt((await both(ordering, wanted)).body.refresh_token as string);
    expect(exp - iat).toBe(366 * 24 * 3600);
    const end = Math.floor(Date.now() / 1000) + 3_600;
    const { body } = await both(ordering, wanted, { not_after: String(end) });
    expect(decodeJwt(body.refresh_token as string).exp).toBe(end);
    expect(decodeJwt(body.access_token as string).exp).toBeLessThan(end);
  });

  it.each([
    ['for another lease', ordering, { ...wanted, lease_id: randomUUID() }],
    ['for a token of no lease', { type: 'ocx:landlord', actions: ['read'] }, wanted],
    ['with what a tenant alone may do', ordering, { ...wanted, actions: ['claim'] }],
    ['with no action', ordering, { ...wanted, actions: [] }],
    ['as a second token', ordering, ordering],
  ])('is not given %s', async (_how, first, second) => {
    const { status, body } = await both(first, second);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_authorization_details' });
    expect(body.access_token).toBeUndefined();
  });

  it('is not given for a grant, nor by itself', async () => {
    const grant = (await both(ordering, wanted)).body.refresh_token as string;
    const ofLease = { type: 'ocx:landlord', actions: ['end'], lease_id: LEASE };
    const again = await parties.ordered(grant, HARVARD, [ofLease, wanted], { subject_token_type: LEASE_GRANT_TYPE });
    expect(again.body.error).toBe('invalid_authorization_details');
    const alone = await parties.ordered(tenant.token, HARVARD, [ofLease], { requested_token_type: LEASE_GRANT_TYPE });
    expect(alone.body.error).toBe('invalid_request');
  });
});
