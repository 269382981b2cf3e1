import {
  ACCESS_TOKEN_TYPE,
  ATTACHMENT_GRANT_TYPE,
  LEASE_GRANT_TYPE,
  TOKEN_EXCHANGE_GRANT,
} from '@ocx/openstack-api/exchange/tokens';
import type { SigningKey } from '@ocx/openstack-client/signing-key';
import { until } from '@ocx/local-exchange/polling';
import { attempt } from '@ocx/testing/attempts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { COMPUTE } from '../e2e/careless-tenant.js';
import { asLandlord, bound } from './calls.js';
import type { Kept } from './evil-landlord.js';
import { Customer } from './goods.js';
import type { World } from './world.js';

const KIND = 'a landlord that keeps and replays, alone and with another';
const HONEST = ['harvard', 'mit', 'bluestone', 'granite'] as const;

/** Each thing that a landlord lawfully receives, by the request it came with. */
const LOOT = {
  'a feed token': /^GET \/landlord\/v1\/(offers|events)/,
  'a claim token': /^POST \/landlord\/v1\/leases$/,
  'an image token': /^PUT \/image\//,
  'a create token': /^POST \/v2\.1\/servers$/,
  'a read token': /^GET \/v2\.1\/servers/,
  'a write token': /^POST \/landlord\/v1\/attachments$/,
  'an end token': /^POST \/landlord\/v1\/leases\/[^/]+\/end$/,
};

export function replays(world: () => World): void {
  describe('a landlord that keeps everything it receives', () => {
    const loot = new Map<string, Kept>();
    let grant: string;
    let attachment: string;
    let volume: string;
    let server: string;

    beforeAll(async () => {
      const { evil, customer: tenant } = world();
      const customer = new Customer(world());
      server = await customer.server('rented');
      await tenant.session.call({ url: `${customer.nova()}/servers/detail`, headers: COMPUTE });
      volume = (await tenant.tenant.createVolume('data', 1, 'granite')).id;
      const url = `${customer.nova('exchange')}/servers/${server}/os-volume_attachments`;
      await tenant.session.call({
        method: 'POST',
        url,
        headers: COMPUTE,
        json: { volumeAttachment: { volumeId: volume } },
      });
      await customer.end(await customer.server('ended'));
      const ended = () => Promise.resolve(evil.kept.some(({ url: at }) => at.endsWith('/end')));
      await until('the end of a lease', ended, Boolean, 20_000);
      for (const [name, match] of Object.entries(LOOT)) loot.set(name, evil.loot(match));
      const given = JSON.parse(loot.get('a write token')?.body ?? '{}') as { id: string; grant: string };
      [grant, attachment] = [given.grant, given.id];
      await world().remember();
    });
    afterAll(async () => {
      await world().expectUnchanged();
      const customer = new Customer(world());
      await customer.end(server);
      await world().customer.tenant.deleteVolumeWhenFree(volume);
    });

    /** An image is not sent again: it would be cut off in the middle. */
    const short = (body: string) => (body.length > 60_000 ? '' : body);
    const keys = (): [string, SigningKey][] => [
      ['its own key', world().evil.double.key],
      ['its accomplice’s key', world().accomplice.double.key],
    ];
    const at = (landlord: (typeof HONEST)[number], path: string) => `${world().endpointOf(landlord)}${path}`;

    it.each(HONEST)('presents it at %s, as it came and under its own keys', async (landlord) => {
      const isStorage = landlord === 'bluestone' || landlord === 'granite';
      const expected = { status: 401, reason: /unexpected "aud"/ };
      for (const [name, { token, proof: dpop, ...request }] of loot) {
        // A storage landlord has none of the paths of servers and images.
        const isThere = !isStorage || request.url.startsWith('/landlord/');
        const { method, url: path } = isThere ? request : { method: 'GET', url: '/landlord/v1/offers' };
        const body = method === 'GET' ? undefined : short(request.body);
        const headers = { authorization: `DPoP ${token}`, dpop, 'content-type': 'application/json' };
        const asItCame = () =>
          world().send({ method, url: at(landlord, path), headers, ...(body === undefined ? {} : { body }) });
        await attempt(KIND, `${name}, as it came, at ${landlord}`, asItCame, expected);
        for (const [whose, key] of keys()) {
          const again = () => bound(world(), { token, key, method, url: at(landlord, path), body });
          await attempt(KIND, `${name}, with ${whose}, at ${landlord}`, again, expected);
        }
      }
    });

    it('presents it at identity and at the broker', async () => {
      const { urls } = world().seen;
      const places = [
        ['identity', `${urls.identity}/auth/projects`],
        ['the broker', `${urls.broker}/exchange/v1/leases`],
        ['Nova at the broker', `${urls.broker}/regions/exchange/compute/v2.1/servers`],
      ] as const;
      for (const [name, { token }] of [...loot, ['the attachment grant', { token: grant }] as const]) {
        for (const [where, url] of places) {
          const asTenant = () => world().send({ url, headers: { 'x-auth-token': token } });
          await attempt(KIND, `${name} as a tenant’s, at ${where}`, asTenant, {
            status: 401,
            reason: /unexpected "aud"/,
          });
          const asParty = () => bound(world(), { token, key: world().evil.double.key, url });
          await attempt(KIND, `${name}, bound, at ${where}`, asParty, { status: 401, reason: /there is no/ });
          const asBearer = () => world().send({ url, headers: { authorization: `Bearer ${token}` } });
          await attempt(KIND, `${name} as a bearer, at ${where}`, asBearer, {
            status: 401,
            reason: /there is no token|names no party/,
          });
        }
      }
    });

    it('has it exchanged, or given out as somebody else’s', async () => {
      const { evil, accomplice } = world();
      const harvard = world().idOf('harvard');
      const details = JSON.stringify([{ type: 'ocx:landlord', actions: ['read'] }]);
      const types = [ACCESS_TOKEN_TYPE, LEASE_GRANT_TYPE, ATTACHMENT_GRANT_TYPE];
      for (const party of [evil, accomplice]) {
        for (const [name, { token }] of [...loot, ['the attachment grant', { token: grant }] as const]) {
          for (const type of types) {
            const form = {
              grant_type: TOKEN_EXCHANGE_GRANT,
              subject_token: token,
              subject_token_type: type,
              resource: harvard,
              authorization_details: details,
            };
            await attempt(KIND, `${name} exchanged by ${party.name}`, () => asLandlord(world(), party, 'token', form), {
              status: 400,
              reason: /unauthorized_client/,
            });
          }
        }
        const feed = { grant_type: 'client_credentials', resource: harvard };
        await attempt(KIND, `harvard’s feed, for ${party.name}`, () => asLandlord(world(), party, 'token', feed), {
          status: 400,
          reason: /unauthorized_client/,
        });
      }
      const { token } = loot.get('a read token') ?? { token: '' };
      await attempt(KIND, 'a token given back by who holds it', () => asLandlord(world(), evil, 'revoke', { token }), {
        status: 400,
        reason: /unauthorized_client/,
      });
      const told = await asLandlord(world(), accomplice, 'introspect', { token });
      await attempt(KIND, 'a token explained to another', () => Promise.resolve({ ...told, reason: told.text }), {
        status: 200,
        reason: /^\{"active":false\}$/,
      });
    });

    it('passes a lease on, or somebody else’s', async () => {
      const claim = loot.get('a claim token');
      const { lease } = JSON.parse(claim?.body ?? '{}') as { lease: string };
      const leaseId = new Customer(world()).leaseOf(server).document.id;
      const access = { actions: ['claim' as const], lease_id: leaseId };
      const subjectToken = world().customer.session.token;
      const { token } = await world()
        .party()
        .exchange({ subjectToken, resource: world().idOf('harvard'), access });
      const present = (document: string) => () =>
        bound(world(), {
          token,
          key: world().brokerKey,
          method: 'POST',
          url: at('harvard', '/landlord/v1/leases'),
          body: JSON.stringify({ lease: document }),
        });
      await attempt(KIND, 'a lease with evil, at harvard', present(lease), { status: 400, reason: /another landlord/ });
      const own = await world().evil.double.key.sign('ocx-lease+jwt', new Customer(world()).leaseOf(server).document);
      await attempt(KIND, 'a lease that it signed itself', present(own), {
        status: 400,
        reason: /signature does not verify/,
      });
      const acceptance = new Customer(world()).leaseOf(server).acceptance;
      await attempt(KIND, 'its acceptance as a lease', present(acceptance), {
        status: 400,
        reason: /signature does not verify/,
      });
    });

    it('gives a grant to its accomplice, or makes more of it', async () => {
      const { evil, accomplice } = world();
      const place = (landlord: 'granite' | 'bluestone', id = attachment) =>
        at(landlord, `/landlord/v1/attachments/${id}/redeem`);
      const redeem = (key: SigningKey, url: string) => () => bound(world(), { token: grant, key, method: 'POST', url });
      const stolen = { status: 401, reason: /bound to another key/ };
      await attempt(
        KIND,
        'the grant with its accomplice’s key',
        redeem(accomplice.double.key, place('granite')),
        stolen,
      );
      await attempt(KIND, 'the grant with the broker’s key', redeem(world().brokerKey, place('granite')), stolen);
      const elsewhere = { status: 401, reason: /unexpected "aud"/ };
      await attempt(KIND, 'the grant at bluestone', redeem(evil.double.key, place('bluestone')), elsewhere);
      const other = { status: [403, 404], reason: /does not reach|not be found/ };
      await attempt(
        KIND,
        'the grant for another attachment',
        redeem(evil.double.key, place('granite', randomUUID())),
        other,
      );
      const { projectId } = world().customer.session;
      const more: [string, string][] = [
        ['GET', `/v3/${projectId}/volumes`],
        ['DELETE', `/v3/${projectId}/volumes/${volume}`],
        ['GET', `/v1/AUTH_${projectId}`],
        ['GET', '/landlord/v1/offers'],
        ['GET', '/landlord/v1/leases'],
        ['POST', '/landlord/v1/attachments'],
      ];
      for (const [method, path] of more) {
        const call = () => bound(world(), { token: grant, key: evil.double.key, method, url: at('granite', path) });
        await attempt(KIND, `${method} ${path.replace(projectId, '…')} with the grant`, call, {
          status: 403,
          reason: /Forbidden|forbidden|Policy|denied|not allowed/,
        });
      }
    });
  });
}
