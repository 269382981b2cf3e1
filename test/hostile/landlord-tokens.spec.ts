import { join } from 'node:path';
import { createProof } from '@ocx/openstack-client/dpop';
import { HttpClient } from '@ocx/openstack-client/http';
import { IdentityClient, TokenRefused } from '@ocx/openstack-client/identity-client';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { ExchangeUnderTest, type TestTenant } from '../test-exchange.js';

/** A landlord, or a thief at one, holding what the broker presented there. */
describe('a landlord token in the wrong hands', () => {
  let exchange: ExchangeUnderTest;
  let member: TestTenant;
  let brokerKey: SigningKey;
  let thief: SigningKey;
  let identity: IdentityClient;
  let ids: Record<string, string>;
  const http = new HttpClient();

  beforeAll(async () => {
    const directory = inject('exchangeDirectory');
    exchange = await ExchangeUnderTest.open(directory);
    member = await exchange.newTenant('hostile');
    // The broker's own key: what a thief does not have, and the control of every refusal below.
    brokerKey = await SigningKey.load(join(directory, 'broker', 'keys', 'broker.jwk'));
    thief = await SigningKey.generate();
    const identityUrl = exchange.urls.identity.replace(/\/v3$/, '');
    const issuer = exchange.urls.identity;
    identity = new IdentityClient({ identityUrl, issuer, clientId: 'broker', key: brokerKey, http });
    const Landlords = z.object({ landlords: z.array(z.object({ id: z.string(), name: z.string() })) });
    const { landlords } = await member.session.get(Landlords, `${exchange.urls.broker}/exchange/v1/landlords`);
    ids = Object.fromEntries(landlords.map(({ id, name }) => [name, id]));
  });

  const tokenFor = async (landlord: string, tenant = member) =>
    (
      await identity.exchange({
        subjectToken: tenant.session.token,
        resource: ids[landlord]!,
        access: { actions: ['read'] },
      })
    ).token;
  const listServers = async (
    landlord: 'harvard' | 'mit',
    token: string,
    key: SigningKey | undefined,
    proofFor = landlord,
  ) => {
    const path = '/v2.1/servers';
    const url = `${exchange.urls.landlords[proofFor]}${path}`;
    const proof = key && (await createProof(key, { method: 'GET', url, accessToken: token }));
    const answer = await http.request({
      method: 'GET',
      url: `${exchange.urls.landlords[landlord]}${path}`,
      headers: { authorization: `DPoP ${token}`, ...(proof === undefined ? {} : { dpop: proof }) },
    });
    return answer.status;
  };

  it('works for the broker at its landlord, and nowhere else', async () => {
    const token = await tokenFor('harvard');
    expect(await listServers('harvard', token, brokerKey)).toBe(200);
    expect(await listServers('mit', token, brokerKey)).toBe(401);
    expect(await listServers('mit', token, brokerKey, 'harvard')).toBe(401);
  });

  it('is worthless without the broker’s key', async () => {
    const token = await tokenFor('harvard');
    expect(await listServers('harvard', token, undefined)).toBe(401);
    expect(await listServers('harvard', token, thief)).toBe(401);
  });

  it('is no token at identity or at the broker', async () => {
    const token = await tokenFor('harvard');
    const nova = member.session.endpoint('compute', 'exchange');
    for (const url of [
      `${nova}/servers`,
      `${exchange.urls.identity}/projects`,
      `${exchange.urls.broker}/exchange/v1/leases`,
    ]) {
      const answer = await http.request({ method: 'GET', url, headers: { 'x-auth-token': token } });
      expect(answer.status).toBe(401);
    }
  });

  it('cannot be exchanged again, nor minted by anybody else', async () => {
    const token = await tokenFor('harvard');
    const again = identity.exchange({ subjectToken: token, resource: ids['mit']!, access: { actions: ['read'] } });
    await expect(again).rejects.toThrow(TokenRefused);
    const identityUrl = exchange.urls.identity.replace(/\/v3$/, '');
    const options = { identityUrl, issuer: exchange.urls.identity, key: thief, http };
    for (const clientId of ['broker', ids['harvard']!]) {
      const impostor = new IdentityClient({ ...options, clientId });
      const stolen = impostor.exchange({
        subjectToken: member.session.token,
        resource: ids['mit']!,
        access: { actions: ['read'] },
      });
      await expect(stolen).rejects.toThrow(TokenRefused);
    }
  });

  it('dies at its landlord with the login it came from, though nobody has asked identity', async () => {
    const leaver = await exchange.newTenant('leaver');
    const [dead, alive] = [await tokenFor('harvard', leaver), await tokenFor('harvard')];
    expect(await listServers('harvard', dead, brokerKey)).toBe(200);
    const { token } = leaver.session;
    const headers = { 'x-auth-token': token, 'x-subject-token': token };
    const url = `${exchange.urls.identity}/auth/tokens`;
    expect((await http.request({ method: 'DELETE', url, headers })).status).toBe(204);
    await expect.poll(() => listServers('harvard', dead, brokerKey), { timeout: 10_000 }).toBe(401);
    expect(await listServers('harvard', alive, brokerKey)).toBe(200);
  });

  it('does not let the tenant’s own exchange token in', async () => {
    const url = `${exchange.urls.landlords.harvard}/v2.1/servers`;
    const answer = await http.request({ method: 'GET', url, headers: { 'x-auth-token': member.session.token } });
    expect(answer.status).toBe(401);
  });
});
