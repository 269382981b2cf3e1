import { attempt, attemptInVain } from '@ocx/testing/attempts';
import { CLIENT_ASSERTION_TYPE, LEASE_GRANT_TYPE, TOKEN_EXCHANGE_GRANT } from '@ocx/openstack-api/exchange/tokens';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { COMPUTE } from '../e2e/careless-tenant.js';
import { secretsOf, used } from '../secrets-in-logs.js';
import { assertion, bound, oauth } from './calls.js';
import { claimsOf, headerOf } from './forgery.js';
import type { World } from './world.js';

const KIND = 'a stolen broker database, without its keys';
/** What the broker keeps that was signed. */
const DOCUMENTS = [
  'ocx-lease+jwt',
  'ocx-acceptance+jwt',
  'ocx-offer+jwt',
  'ocx-usage+jwt',
  'ocx-receipt+jwt',
  'ocx-move+jwt',
  'ocx-move-consent+jwt',
];
const GRANT = 'ocx-lease-grant+jwt';
const COMPACT_JWS = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** Whoever has read every table of the running broker's database, and has none of its files. */
export function stolenDatabase(world: () => World): void {
  describe('whoever has the broker’s database', () => {
    let dump: string;
    let grants: string[];
    let documents: Map<string, string>;
    let thief: SigningKey;
    let unused: string;

    beforeAll(async () => {
      const { exchange, victim, seen } = world();
      const { root } = exchange.state;
      thief = await SigningKey.generate();
      // Secrets that pass through the broker on their way to their owners.
      unused = await seen.operator.enrolmentCode('nobody');
      await used(root, 'an enrolment code that nobody used', unused);
      const Made = z.object({ keypair: z.object({ private_key: z.string() }) });
      const url = `${victim.session.endpoint('compute', 'exchange')}/os-keypairs`;
      const { keypair } = await victim.session.post(
        Made,
        url,
        { keypair: { name: 'generated' } },
        { 'openstack-api-version': 'compute 2.79' },
      );
      await used(root, 'a generated private key', keypair.private_key.split('\n')[3] ?? keypair.private_key);
      dump = await stolen(await databaseUrl('broker'));
      const found = [...new Set(dump.match(COMPACT_JWS) ?? [])];
      const typed = (token: string) => String(headerOf(token)['typ']);
      grants = found.filter((token) => typed(token) === GRANT);
      documents = new Map(found.filter((token) => typed(token) !== GRANT).map((token) => [typed(token), token]));
      await world().remember();
    });
    afterAll(async () => {
      await world().expectUnchanged();
      const { session } = world().victim;
      const url = `${session.endpoint('compute', 'exchange')}/os-keypairs/generated`;
      await session.call({ method: 'DELETE', url, headers: COMPUTE });
    });

    const databaseUrl = async (database: string) => {
      const password = await world().exchange.state.secret('database-broker');
      return `postgres://broker:${password}@127.0.0.1:${String(world().ports.postgres)}/${database}`;
    };
    async function stolen(url: string): Promise<string> {
      const source = await new DataSource({ type: 'postgres', url }).initialize();
      try {
        const tables: { name: string }[] = await source.query(
          `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
        );
        expect(tables.length).toBeGreaterThan(20);
        const rows = tables.map(({ name }) => source.query<object[]>(`SELECT row_to_json(t) AS row FROM ${name} t`));
        return JSON.stringify(await Promise.all(rows)).replaceAll('\\\\n', '\n');
      } finally {
        await source.destroy();
      }
    }
    it('finds documents, grants, and no secret', async () => {
      expect([...documents.keys()].filter((typ) => !DOCUMENTS.includes(typ))).toEqual([]);
      expect(grants.length).toBeGreaterThan(2);
      const secrets = await secretsOf(world().exchange.state.root);
      const { evil, accomplice } = world();
      for (const [index, { token }] of [...evil.kept, ...accomplice.kept].entries())
        secrets.set(`landlord token ${String(index)}`, token);
      for (const [name, secret] of secrets) {
        await attemptInVain(KIND, name, () => {
          expect(secret === '' || !dump.includes(secret), name).toBe(true);
          return Promise.resolve();
        });
      }
      expect(dump).not.toMatch(/PRIVATE KEY|\$argon2|\$2b\$/);
    });

    it('has nothing that is accepted as a token', async () => {
      const { urls } = world().seen;
      for (const [typ, token] of [...documents, [GRANT, grants[0] ?? '']] as const) {
        for (const url of [`${urls.identity}/auth/projects`, `${urls.broker}/exchange/v1/leases`]) {
          const asTenant = () => world().send({ url, headers: { 'x-auth-token': token } });
          await attempt(KIND, `${typ} as a tenant’s token`, asTenant, {
            status: 401,
            reason: /unexpected "(typ|aud)"|no applicable key/,
          });
        }
        for (const landlord of ['harvard', 'granite'] as const) {
          const url = `${world().endpointOf(landlord)}/landlord/v1/leases`;
          const asBroker = () => bound(world(), { token, key: thief, url });
          await attempt(KIND, `${typ} as a landlord token`, asBroker, {
            status: 401,
            reason: /unexpected "(typ|aud)"|no applicable key/,
          });
        }
      }
    });

    it('cannot use a grant', async () => {
      const { evil } = world();
      for (const grant of grants.slice(-5)) {
        const {
          landlord_id: resource,
          lease_id,
          actions,
        } = claimsOf(grant) as Record<string, string> & { actions: string[] };
        const redeem = (more: Record<string, string>) => () =>
          oauth(world(), 'token', {
            grant_type: TOKEN_EXCHANGE_GRANT,
            subject_token: grant,
            subject_token_type: LEASE_GRANT_TYPE,
            resource: resource ?? '',
            authorization_details: JSON.stringify([{ type: 'ocx:landlord', actions: actions.slice(0, 1), lease_id }]),
            ...more,
          });
        const by = async (clientId: string, key: SigningKey) => ({
          client_assertion_type: CLIENT_ASSERTION_TYPE,
          client_assertion: await assertion(world(), clientId, key),
        });
        await attempt(KIND, 'a grant of nobody', redeem({}), {
          status: [400, 401],
          reason: /invalid_(client|request)/,
        });
        await attempt(KIND, 'a grant, as the broker', redeem(await by('broker', thief)), {
          status: 401,
          reason: /invalid_client.*signature verification failed/,
        });
        await attempt(KIND, 'a grant, as a landlord', redeem(await by(evil.id, evil.double.key)), {
          status: 400,
          reason: /unauthorized_client/,
        });
        const asItself = { client_assertion_type: CLIENT_ASSERTION_TYPE, client_assertion: grant };
        await attempt(KIND, 'a grant as an assertion', redeem(asItself), {
          status: 401,
          reason: /names no party|invalid_client/,
        });
        const url = `${world().endpointOf('harvard')}/landlord/v1/leases/${lease_id ?? ''}/end`;
        const end = () => bound(world(), { token: grant, key: thief, method: 'POST', url, body: '{}' });
        await attempt(KIND, 'a grant at its landlord', end, { status: 401, reason: /unexpected "typ"/ });
      }
    });

    it('cannot enrol with what stands for a code', async () => {
      const { evil } = world();
      const hashes = [...new Set(dump.match(/"code_sha256":"([0-9a-f]{64})"/g) ?? [])].map((found) =>
        found.slice(15, -1),
      );
      expect(hashes.length).toBeGreaterThan(3);
      for (const code of hashes) {
        const enrol = async () =>
          world().send({
            method: 'POST',
            url: `${world().seen.urls.broker}/exchange/v1/landlords`,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ code, enrolment: await evil.double.enrolment() }),
          });
        await attempt(KIND, 'the hash of a code', enrol, { status: 403, reason: /code_refused/ });
      }
    });

    it.each(['identity', 'harvard', 'granite', 'postgres'])(
      'does not get from it into the database of %s',
      async (name) => {
        const enter = async () => {
          const source = new DataSource({ type: 'postgres', url: await databaseUrl(name) });
          try {
            await source.initialize();
            const rows: unknown[] = await source.query(`SELECT usename, passwd FROM pg_shadow`);
            await source.destroy();
            return { status: 200, reason: JSON.stringify(rows) };
          } catch (error) {
            return { status: 403, reason: String(error) };
          }
        };
        await attempt(KIND, `the database of ${name}`, enter, {
          status: 403,
          reason: /permission denied for (database|view pg_shadow)/,
        });
      },
    );
  });
}
