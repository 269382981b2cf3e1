import type { Session } from '@ocx/local-exchange/api/session';
import pg from 'pg';
import { administrator, startIdentityService, type OwnIdentity } from './identity-service.js';
import { reauthentication, validation } from './identity.js';
import { Clients, type Request } from './load.js';
import { median, timed } from './measure.js';
import { ms, type Row, times } from './table.js';
import type { Workplace } from './workplace.js';

const USERS = 100_000;
const PROJECTS = 10_000;
const ASSIGNMENTS_EACH = 10;
const REVOCATIONS = 10_000;
const ROUNDS = 400;
const BOUND = 1.5;
const SOMEBODY = 'u1';

/** The same questions to an identity with one user and to the same one with a hundred thousand. */
export async function identityScale(workplace: Workplace): Promise<Row[]> {
  const identity = await startIdentityService(workplace);
  const session = await administrator(identity);
  const clients = new Clients(identity.url, { atOnce: 1, seconds: 1 });
  await fill(identity, { users: 1, projects: ASSIGNMENTS_EACH, revocations: 0 });
  const empty = await measured(clients, session);
  await fill(identity, { users: USERS, projects: PROJECTS, revocations: REVOCATIONS });
  const full = await measured(clients, session);
  await clients.close();
  return (
    [
      ['validation of a token that is new', 'validation'],
      ['effective roles of one user', 'listing'],
    ] as const
  ).map(([what, key]) => ({
    what: `${what}, among ${USERS} users and ${USERS * ASSIGNMENTS_EACH} assignments`,
    measured: ms(full[key]),
    against: `${ms(empty[key])} when empty`,
    ratio: times(full[key] / empty[key]),
    bound: `≤ ${times(BOUND)}`,
    kept: full[key] <= empty[key] * BOUND,
  }));
}

/** Users u1, u2, … with ten projects each. What is there stays. */
async function fill(
  { databaseUrl }: OwnIdentity,
  { users, projects, revocations }: { users: number; projects: number; revocations: number },
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const statements: [string, unknown[]][] = [
      [
        `INSERT INTO projects (id, domain_id, name, description, enabled)
         SELECT 'p' || i, 'default', 'p' || i, '', true FROM generate_series(1, $1::int) i ON CONFLICT DO NOTHING`,
        [projects],
      ],
      [
        `INSERT INTO users (id, domain_id, name, enabled)
         SELECT 'u' || i, 'default', 'u' || i, true FROM generate_series(1, $1::int) i ON CONFLICT DO NOTHING`,
        [users],
      ],
      [
        `INSERT INTO role_assignments (role_id, user_id, project_id)
         SELECT r.id, 'u' || i, 'p' || 1 + (i * 7 + j * (1 + $2::int / 11)) % $2::int
           FROM generate_series(1, $1::int) i, generate_series(1, $3::int) j, roles r WHERE r.name = 'member'
         ON CONFLICT DO NOTHING`,
        [users, projects, ASSIGNMENTS_EACH],
      ],
      [
        `INSERT INTO revocations (seq, audit_id, issued_before)
         SELECT i, md5(i::text), now() FROM generate_series(1, $1::int) i ON CONFLICT DO NOTHING`,
        [revocations],
      ],
      ['ANALYZE', []],
    ];
    for (const [text, values] of statements) await client.query(text, values);
  } finally {
    await client.end();
  }
}

async function measured(clients: Clients, session: Session) {
  const listing: Request = {
    method: 'GET',
    path: `/v3/role_assignments?effective&include_names&user.id=${SOMEBODY}`,
    headers: { 'x-auth-token': session.token },
    expects: 200,
  };
  const listings: number[] = [];
  const validations: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { token } = await clients.answer(reauthentication(session));
    // A token that was not seen before: nothing about it is known from an earlier request.
    const { path, ...rest } = validation(session);
    const request = { ...rest, path, headers: { 'x-auth-token': session.token, 'x-subject-token': token } };
    const one = [await timed(() => clients.ask(request)), await timed(() => clients.ask(listing))] as const;
    if (round < ROUNDS / 10) continue;
    validations.push(one[0]);
    listings.push(one[1]);
  }
  return { validation: median(validations), listing: median(listings) };
}
