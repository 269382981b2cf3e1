import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let client: pg.Client;

beforeAll(async () => {
  identity = await IdentityProcess.start({ OCX_HOUSEKEEPING_SECONDS: '1', OCX_MINTED_TOKEN_LOG_DAYS: '30' });
  client = new pg.Client({ connectionString: identity.installation.databaseUrl });
  await client.connect();
  await identity.admin('PUT', '/v3/OS-FEDERATION/identity_providers/university', { identity_provider: {} });
  await client.query(`INSERT INTO oauth_consumers (id, sealed_secret) VALUES ('consumer', 'x')`);
});
afterAll(async () => {
  await client.end();
  await identity.stop();
});

/** Rows of each table, `old` and `young`: the first for the taking, the second to stay. */
const ROWS: Record<string, { sql: string; old: string; young: string; left: number }> = {
  saml_requests: {
    sql: `INSERT INTO saml_requests (id, identity_provider_id, protocol_id, browser_sha256, expires_at)
          SELECT $2 || i, 'university', 'saml2', 'x', now() + $1::interval FROM generate_series(1, 3) i`,
    old: '-1 second',
    young: '1 hour',
    left: 3,
  },
  saml_assertions: {
    sql: `INSERT INTO saml_assertions (identity_provider_id, assertion_id, expires_at)
          SELECT 'university', $2 || i, now() + $1::interval FROM generate_series(1, 3) i`,
    old: '-1 second',
    young: '1 hour',
    left: 3,
  },
  saml_sessions: {
    sql: `INSERT INTO saml_sessions (audit_id, identity_provider_id, name_id, subject, expires_at)
          SELECT $2 || i, 'university', 'ada', '{}', now() + $1::interval FROM generate_series(1, 3) i`,
    old: '-1 second',
    young: '1 hour',
    left: 3,
  },
  // More than two batches.
  client_assertions: {
    sql: `INSERT INTO client_assertions (client_id, jti, expires_at)
          SELECT 'broker', $2 || i, now() + $1::interval FROM generate_series(1, 2500) i`,
    old: '-1 second',
    young: '1 hour',
    left: 2500,
  },
  oauth_nonces: {
    sql: `INSERT INTO oauth_nonces (sha256, expires_at) SELECT $2 || i, now() + $1::interval FROM generate_series(1, 3) i`,
    old: '-1 second',
    young: '1 hour',
    left: 3,
  },
  oauth_request_tokens: {
    sql: `INSERT INTO oauth_request_tokens (id, sealed_secret, consumer_id, project_id, expires_at)
          SELECT $2 || i, 'x', 'consumer', (SELECT min(id) FROM projects), now() + $1::interval FROM generate_series(1, 3) i`,
    old: '-1 second',
    young: '1 hour',
    left: 3,
  },
  oauth_access_tokens: {
    sql: `INSERT INTO oauth_access_tokens (id, sealed_secret, consumer_id, project_id, user_id, role_ids, expires_at)
          SELECT $2 || i, 'x', 'consumer', (SELECT min(id) FROM projects), (SELECT min(id) FROM users), '{}',
                 now() + $1::interval FROM generate_series(1, 3) i`,
    old: '-1 second',
    young: '1 hour',
    left: 3,
  },
  trusts: {
    sql: `INSERT INTO trusts (id, trustor_user_id, trustee_user_id, impersonation, remaining_uses, expires_at)
          SELECT $2 || i, u.id, u.id, true, 0, now() + $1::interval
            FROM generate_series(1, 3) i, (SELECT min(id) AS id FROM users) u`,
    old: '-1 second',
    young: '1 hour',
    left: 3,
  },
  minted_tokens: {
    sql: `INSERT INTO minted_tokens (sha256, jti, client_id, audience, subject, actions, issued_at, expires_at)
          SELECT $2 || i, 'x', 'broker', 'x', 'x', '{read}', now(), now() + $1::interval FROM generate_series(1, 3) i`,
    old: '-31 days',
    young: '-29 days',
    left: 3,
  },
};

const count = async (table: string): Promise<number> =>
  Number((await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`)).rows[0]?.count);

describe('rows whose time is over', () => {
  it.each(Object.entries(ROWS))('are taken away, and no others: %s', async (table, { sql, old, young, left }) => {
    await client.query(sql, [old, 'old-']);
    await client.query(sql, [young, 'young-']);
    await expect.poll(() => count(table), { timeout: 30_000, interval: 200 }).toBe(left);
  });

  it('are taken away among revocations, whose numbers go on', async () => {
    const sql = `INSERT INTO revocations (seq, audit_id, issued_before, revoked_at)
                 SELECT $2 + i, 'x' || i, now(), now() + $1::interval FROM generate_series(1, 3) i`;
    await client.query(sql, ['-26 hours', 100]);
    await expect.poll(() => count('revocations'), { timeout: 30_000, interval: 200 }).toBe(1);
    const { userId } = await identity.member('somebody');
    await identity.admin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } });
    const { rows } = await client.query<{ seq: string }>('SELECT max(seq) AS seq FROM revocations');
    expect(rows[0]?.seq).toBe('104');
    // The entry that kept the number may go now.
    await expect.poll(() => count('revocations'), { timeout: 30_000, interval: 200 }).toBe(1);
  });
});
