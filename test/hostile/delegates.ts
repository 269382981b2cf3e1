import { randomUUID } from 'node:crypto';
import { attempt, attemptInVain } from '@ocx/testing/attempts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { COMPUTE } from '../e2e/careless-tenant.js';
import { used } from '../secrets-in-logs.js';
import type { TestTenant } from '../test-exchange.js';
import { claimsOf, encoded } from './forgery.js';
import { Customer } from './goods.js';
import type { World } from './world.js';

const KIND = 'a delegate that spends more than its budget';
const JSON_TYPE = { 'content-type': 'application/json' };
const AT_ONCE = 8;

const Quote = z.object({
  quote: z.object({ offers: z.array(z.object({ region: z.string(), price_per_hour: z.string() })) }),
});
const Made = z.object({ application_credential: z.object({ id: z.string(), secret: z.string() }) });
const Created = z.object({ server: z.object({ id: z.string() }) });
const Leases = z.object({ leases: z.array(z.object({ id: z.string(), resource: z.object({ id: z.string() }) })) });

/** Somebody whom a tenant lets spend a little, and who would like to spend all of it. */
export function delegates(world: () => World): void {
  describe('a delegate', () => {
    let giver: TestTenant;
    let server: string;
    let volume: string;
    let budget: bigint;
    let token: string;

    const identity = (path: string) => `${world().seen.urls.identity}${path}`;
    const market = (path: string) => `${world().seen.urls.broker}/exchange/v1${path}`;
    const at = (type: string) => giver.session.endpoint(type, 'exchange');
    const ask = (method: string, url: string, body?: unknown, headers: Record<string, string> = {}) =>
      world().send({
        method,
        url,
        headers: { ...COMPUTE, ...JSON_TYPE, 'x-auth-token': token, 'idempotency-key': randomUUID(), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const order = () => {
      const wanted = { name: 'spent', imageRef: world().goods.image, flavorRef: 'm1.tiny', networks: 'auto' };
      return ask('POST', `${at('compute').replace('/exchange/', '/harvard/')}/servers`, { server: wanted });
    };

    beforeAll(async () => {
      giver = await world().seen.newTenant('giver');
      const { session, tenant } = giver;
      server = await new Customer(world(), giver).running('own', 'harvard');
      volume = (await tenant.createVolume('own', 1, 'granite')).id;
      await tenant.createContainer('own', 'standard@bluestone');
      const wanted = { resource_type: 'server', product_id: 'm1.tiny', region: 'harvard' };
      const { offers } = (await session.post(Quote, market('/quotes'), wanted)).quote;
      // Enough for one server at a time.
      budget = (BigInt(offers[0]?.price_per_hour ?? '0') * 3n) / 2n;
      const credential = { name: 'friend', unrestricted: true, 'OS-OCX:budget': String(budget) };
      const url = identity(`/users/${session.info.user.id}/application_credentials`);
      const made = await session.post(Made, url, { application_credential: credential });
      const { id, secret } = made.application_credential;
      await used(world().exchange.state.root, 'the secret of an application credential', secret);
      token = '';
      const login = await world().send({
        method: 'POST',
        url: identity('/auth/tokens'),
        headers: JSON_TYPE,
        body: JSON.stringify({
          auth: { identity: { methods: ['application_credential'], application_credential: { id, secret } } },
        }),
      });
      token = String(login.headers['x-subject-token']);
      await used(world().exchange.state.root, 'an exchange token', token);
      await world().remember();
    });
    afterAll(() => world().expectUnchanged());

    it('does not order more by ordering it all at once', async () => {
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, order));
      const made = answers.filter(({ status }) => status === 202);
      expect(made).toHaveLength(1);
      for (const [number, answer] of answers.filter((one) => !made.includes(one)).entries()) {
        const name = `order ${String(number + 2)} of ${String(AT_ONCE)} at once`;
        await attempt(KIND, name, () => Promise.resolve(answer), { status: 403, reason: /are left \(no_budget\)/ });
      }
      const own = Created.parse(JSON.parse(made[0]?.text ?? '')).server.id;
      await new Customer(world(), giver).end(own, 'harvard');
    });

    it('does not get rid of its budget, or a larger one', async () => {
      const [head = '', , signature = ''] = token.split('.');
      const above = claimsOf(token)['budgets'] as { id: string }[];
      for (const [name, budgets] of [
        ['no budget', undefined],
        ['a larger one', above.map(({ id }) => ({ id, limit: '999999999999' }))],
      ] as const) {
        const forged = `${head}.${encoded({ ...claimsOf(token), budgets })}.${signature}`;
        const use = () => ask('GET', market('/leases'), undefined, { 'x-auth-token': forged });
        await attempt(KIND, `a token that says ${name}`, use, { status: 401, reason: /signature verification failed/ });
      }
      const self = giver.session.info.user.id;
      const more = { 'OS-OCX:budget': String(budget + 1n) };
      const trust = {
        trustor_user_id: self,
        trustee_user_id: self,
        project_id: giver.session.projectId,
        impersonation: true,
        roles: [{ name: 'member' }],
      };
      const credentials = identity(`/users/${self}/application_credentials`);
      const larger = () => ask('POST', credentials, { application_credential: { name: 'more', ...more } });
      await attempt(KIND, 'an application credential with more', larger, {
        status: 403,
        reason: /Requested budget is more than/,
      });
      for (const [name, budgeted] of [
        ['more', { ...trust, ...more }],
        ['none', trust],
      ] as const) {
        await attempt(
          KIND,
          `a trust with ${name}`,
          () => ask('POST', identity('/OS-TRUST/trusts'), { trust: budgeted }),
          {
            status: 403,
            reason: /not authorized/,
          },
        );
      }
      await attempt(
        KIND,
        'a login for the whole project',
        () =>
          ask('POST', identity('/auth/tokens'), {
            auth: {
              identity: { methods: ['token'], token: { id: token } },
              scope: { project: { id: giver.session.projectId } },
            },
          }),
        { status: 403, reason: /cannot be used to get another token/ },
      );
    });

    it('does not spend beside it, by what the tenant has', async () => {
      const books = Leases.parse((await giver.session.call({ url: market('/leases?limit=50') })).json());
      const lease = books.leases.find(({ resource }) => resource.id === server)?.id ?? '';
      const servers = `${at('compute')}/servers/${server}`;
      const volumes = `${at('volumev3')}/volumes/${volume}`;
      const beside: [string, string, unknown?][] = [
        ['POST', `${servers}/action`, { 'os-start': null }],
        ['POST', `${servers}/action`, { reboot: { type: 'HARD' } }],
        ['DELETE', servers],
        ['PUT', `${servers}/metadata`, { metadata: {} }],
        ['POST', `${servers}/os-volume_attachments`, { volumeAttachment: { volumeId: volume } }],
        ['POST', `${volumes}/action`, { 'os-extend': { new_size: 1000 } }],
        ['POST', `${volumes.replace(volume, volume.toUpperCase())}/action`, { 'os-extend': { new_size: 1000 } }],
        ['DELETE', volumes],
        ['PUT', `${at('object-store')}/more`],
        ['PUT', `${at('object-store')}/own/object`, { much: 'of it' }],
        ['POST', market(`/leases/${lease}/end`), {}],
      ];
      for (const [method, url, body] of beside) {
        const name = `${method} ${new URL(url).pathname.replaceAll(/[0-9a-fA-F-]{32,36}/g, '…')} ${JSON.stringify(body ?? '')}`;
        await attempt(KIND, name, () => ask(method, url, body), { status: 403, reason: /outside_budget/ });
      }
      const both = { 'os-getConsoleOutput': {}, 'os-stop': null };
      await attempt(KIND, 'a stop beside a look', () => ask('POST', `${servers}/action`, both), {
        status: [400, 403],
        reason: /exactly one action|outside_budget/,
      });
      await attemptInVain(KIND, 'all of it', async () => {
        expect((await giver.tenant.server(server)).status).toBe('ACTIVE');
      });
    });
  });
}
