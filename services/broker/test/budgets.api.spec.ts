import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudOfDoubles } from './proxy-exchange.js';

const COMPUTE = '/regions/exchange/compute/v2.1';
const VOLUME = `/regions/exchange/volume/v3/${TEST_PROJECT.id}`;
const ACCOUNT = `AUTH_${TEST_PROJECT.id}`;
/** An hour of a server at harvard, and of one GiB at bluestone. */
const HOUR = 3_600n;

let cloud: CloudOfDoubles;
let image: string;
let tenant: string;

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  image = await cloud.image(await cloud.exchange.operator());
  tenant = await cloud.exchange.token();
});

afterAll(() => cloud.exchange.stop());

/** A token of a chain of delegations: `a:5000` is one that may spend 5000 micro-credits. */
const friend = (...chain: string[]) =>
  cloud.exchange.token({
    budgets: chain.map((one) => {
      const [id = '', limit = ''] = one.split(':');
      return { id, limit };
    }),
  });

const call = (token: string, method: string, path: string, body?: unknown) =>
  cloud.exchange.call(method, path, { token, body, headers: { 'idempotency-key': `${path} of ${token.slice(-20)}` } });

const order = (token: string) =>
  call(token, 'POST', `${COMPUTE}/servers`, { server: { name: 's', imageRef: image, flavorRef: 'm1.tiny' } });

const volume = (token: string, size = 1) =>
  call(token, 'POST', `${VOLUME}/volumes`, { volume: { size, name: 'v', availability_zone: 'bluestone' } });

const idOf = ({ body }: { body: Record<string, { id: string }> }, what: string) => String(body[what]?.id);

async function taken(id: string): Promise<bigint> {
  const [row] = await cloud.exchange.sql<{ taken: string }>('SELECT taken FROM budgets WHERE id = $1', [id]);
  return BigInt(row?.taken ?? -1);
}

const leaseOf = async (resource: string): Promise<string> => {
  const [row] = await cloud.exchange.sql<{ id: string }>(
    'SELECT id FROM leases WHERE resource_id = $1 ORDER BY created_at DESC',
    [resource],
  );
  return row?.id ?? '';
};

describe('an order under a budget', () => {
  it('counts in it, and fails with the reason once too little is left', async () => {
    const token = await friend('once:5000');
    const made = await order(token);
    expect(made.status, JSON.stringify(made.body)).toBe(202);
    expect(await taken('once')).toBe(HOUR);
    const refused = await order(token);
    expect(refused.status).toBe(403);
    expect(refused.body['forbidden'].message).toBe(
      'This takes 3600 micro-credits, and of the 5000 that delegation once may spend 1400 are left (no_budget).',
    );
    const { body } = await call(token, 'GET', '/exchange/v1/orders?limit=1');
    expect(body['orders']).toMatchObject([{ state: 'failed', reason: 'no_budget', lease_id: null }]);
    expect(await taken('once')).toBe(HOUR);
    // Nothing of it concerns the tenant.
    expect((await order(tenant)).status).toBe(202);
  });

  it('counts in every budget of the chain', async () => {
    const parent = await friend('parent:8000');
    const child = await friend('parent:8000', 'child:7500');
    expect((await order(parent)).status).toBe(202);
    expect((await order(child)).status).toBe(202);
    expect([await taken('parent'), await taken('child')]).toEqual([2n * HOUR, HOUR]);
    const refused = await order(child);
    expect(refused.body['forbidden'].message).toContain('of the 8000 that delegation parent may spend 800 are left');
    expect([await taken('parent'), await taken('child')]).toEqual([2n * HOUR, HOUR]);
  });

  it('shows what is left, to the project alone', async () => {
    const { body } = await call(tenant, 'GET', '/exchange/v1/budgets?limit=2');
    const of = { project_id: TEST_PROJECT.id };
    const all = [
      { id: 'child', limit: '7500', left: '3900', ...of },
      { id: 'parent', limit: '8000', left: '800', ...of },
      { id: 'once', limit: '5000', left: '1400', ...of },
    ];
    const second = await call(tenant, 'GET', String(body['next']));
    const shown = [...(body['budgets'] as { id: string }[]), ...(second.body['budgets'] as { id: string }[])];
    const byId = (rows: { id: string }[]) => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(shown)).toEqual(byId(all));
    expect(second.body).not.toHaveProperty('next');
    const stranger = await cloud.exchange.token({ project: { id: 'b'.repeat(32), name: 'other' } });
    expect((await call(stranger, 'GET', '/exchange/v1/budgets')).body['budgets']).toEqual([]);
    expect((await call(tenant, 'GET', "/exchange/v1/budgets?marker='")).status).toBe(400);
  });

  it('counts in it what a volume is extended by', async () => {
    const token = await friend('grown:10000');
    const id = idOf(await volume(token), 'volume');
    const extend = (who: string, size: number) =>
      call(who, 'POST', `${VOLUME}/volumes/${id}/action`, { 'os-extend': { new_size: size } });
    const grown = await extend(token, 2);
    expect(grown.status, JSON.stringify(grown.body)).toBe(202);
    expect(await taken('grown')).toBe(2n * HOUR);
    // Whoever asks: the lease counts in its budget.
    for (const who of [token, tenant]) {
      const refused = await extend(who, 3);
      expect([refused.status, refused.body['forbidden']?.message]).toEqual([403, expect.stringContaining('no_budget')]);
    }
    expect(await taken('grown')).toBe(2n * HOUR);
    expect((await call(token, 'DELETE', `${VOLUME}/volumes/${id}`)).status).toBe(202);
    const lease = (await call(token, 'GET', `/exchange/v1/leases/${await leaseOf(id)}`)).body['lease'];
    expect(await taken('grown')).toBe(BigInt(String(lease.cost)));
  });

  it('gives back what was not used, and keeps what was', async () => {
    const token = await friend('spent:5000');
    const server = idOf(await order(token), 'server');
    const lease = await leaseOf(server);
    const landlord = cloud.harvard.landlord;
    const double = landlord.leases.get(lease);
    if (double) double.acceptedAt -= 60_000;
    await cloud.exchange.sql(`UPDATE leases SET accepted_at = accepted_at - interval '60 seconds' WHERE id = $1`, [
      lease,
    ]);
    await landlord.use(lease, { meters: { server_seconds: '50' } });
    await call(token, 'GET', `/exchange/v1/leases/${lease}`);
    // The escrow is filled up to the hour again, and 50 are gone for good.
    expect(await taken('spent')).toBe(HOUR + 50n);
    expect((await call(token, 'DELETE', `${COMPUTE}/servers/${server}`)).status).toBe(204);
    const { body } = await call(token, 'GET', `/exchange/v1/leases/${lease}`);
    expect(body['lease']).toMatchObject({ state: 'settled' });
    expect(BigInt(String(body['lease'].cost))).toBeGreaterThanOrEqual(50n);
    expect(await taken('spent')).toBe(BigInt(String(body['lease'].cost)));
  });

  it('is never more than it, however many there are at once', async () => {
    const token = await friend('crowd:11000');
    const sizes = Array.from({ length: 8 }, () => volume(token));
    const answers = await Promise.all(sizes);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 403, 403, 403, 403, 403]);
    expect(await taken('crowd')).toBe(3n * HOUR);
  });

  it('ends with it: a lease is topped up within the budget, and no further', async () => {
    const token = await friend('short:3700');
    const server = idOf(await order(token), 'server');
    const lease = await leaseOf(server);
    const landlord = cloud.harvard.landlord;
    const double = landlord.leases.get(lease);
    if (double) double.acceptedAt -= 7_200_000;
    await cloud.exchange.sql(`UPDATE leases SET accepted_at = accepted_at - interval '2 hours' WHERE id = $1`, [lease]);
    await landlord.use(lease, { meters: { server_seconds: '3690' } });
    const { body } = await call(token, 'GET', `/exchange/v1/leases/${lease}`);
    expect(body['lease']).toMatchObject({ cost: '3690' });
    expect(await taken('short')).toBe(3_700n);
    expect(await cloud.exchange.balance('escrow', lease)).toBe(10n);
  });
});

describe('a token with a budget', () => {
  let token: string;
  let own: { server: string; volume: string };
  let theirs: { server: string; volume: string };

  beforeAll(async () => {
    token = await friend('narrow:90000');
    own = { server: idOf(await order(token), 'server'), volume: idOf(await volume(token), 'volume') };
    theirs = { server: idOf(await order(tenant), 'server'), volume: idOf(await volume(tenant), 'volume') };
  });

  const server = (id: string) => `${COMPUTE}/servers/${id}`;
  const attachment = (to: string, id: string) =>
    call(token, 'POST', `${server(to)}/os-volume_attachments`, { volumeAttachment: { volumeId: id } });

  it('changes what was ordered under it', async () => {
    expect((await call(token, 'POST', `${server(own.server)}/action`, { reboot: { type: 'SOFT' } })).status).toBe(202);
    expect((await attachment(own.server, own.volume)).status).toBe(200);
    const detached = await call(token, 'DELETE', `${server(own.server)}/os-volume_attachments/${own.volume}`);
    expect(detached.status).toBe(202);
    const keypair = await call(token, 'POST', `${COMPUTE}/os-keypairs`, { keypair: { name: `k${own.server}` } });
    expect([200, 400]).toContain(keypair.status);
  });

  it('reads what the project has', async () => {
    expect((await call(token, 'GET', server(theirs.server))).status).toBe(200);
    expect((await call(token, 'GET', `${VOLUME}/volumes/${theirs.volume}`)).status).toBe(200);
    const log = await call(token, 'POST', `${server(theirs.server)}/action`, { 'os-getConsoleOutput': {} });
    expect(log.status).toBe(200);
    expect((await cloud.objects('GET', ACCOUNT, token)).status).toBe(204);
  });

  it.each<[string, string, () => string, unknown?]>([
    ['starts no other server', 'POST', () => `${server(theirs.server)}/action`, { 'os-start': null }],
    ['renames no other server', 'PUT', () => server(theirs.server), { server: { name: 'x' } }],
    ['labels no other server', 'POST', () => `${server(theirs.server)}/metadata`, { metadata: { a: 'b' } }],
    ['tags no other server', 'PUT', () => `${server(theirs.server)}/tags/x`],
    ['deletes no other server', 'DELETE', () => server(theirs.server)],
    [
      'extends no other volume',
      'POST',
      () => `${VOLUME}/volumes/${theirs.volume}/action`,
      { 'os-extend': { new_size: 2 } },
    ],
    ['deletes no other volume', 'DELETE', () => `${VOLUME}/volumes/${theirs.volume}`],
    ['deletes none under another spelling', 'DELETE', () => `${VOLUME}/volumes/${theirs.volume.toUpperCase()}`],
    ['labels no other volume', 'POST', () => `${VOLUME}/volumes/${theirs.volume}/metadata`, { metadata: { a: 'b' } }],
    ['attaches no other volume', 'POST', () => `${server(own.server)}/os-volume_attachments`, () => theirs.volume],
    ['attaches to no other server', 'POST', () => `${server(theirs.server)}/os-volume_attachments`, () => own.volume],
  ])('%s', async (_name, method, path, body) => {
    const sent = typeof body === 'function' ? { volumeAttachment: { volumeId: (body as () => string)() } } : body;
    const refused = await call(token, method, path(), sent);
    expect(refused.status, JSON.stringify(refused.body)).toBe(403);
    expect(refused.body['forbidden'].message).toContain('only servers, volumes and leases that were ordered under it');
  });

  it('detaches no other volume from its own server', async () => {
    const attached = await call(tenant, 'POST', `${server(own.server)}/os-volume_attachments`, {
      volumeAttachment: { volumeId: theirs.volume },
    });
    expect(attached.status, JSON.stringify(attached.body)).toBe(200);
    const path = `${server(own.server)}/os-volume_attachments/${theirs.volume}`;
    expect((await call(token, 'DELETE', path)).status).toBe(403);
    expect((await call(tenant, 'DELETE', path)).status).toBe(202);
  });

  it('ends no other lease, and learns of none by trying', async () => {
    const lease = await leaseOf(theirs.server);
    for (const id of [lease, lease.toUpperCase(), '00000000-0000-4000-8000-000000000000', 'none']) {
      const refused = await call(token, 'POST', `/exchange/v1/leases/${id}/end`, {});
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({ reason: 'outside_budget' });
    }
    expect((await call(tenant, 'GET', `/exchange/v1/leases/${lease}`)).body['lease'].state).toBe('active');
  });

  it('changes nothing in an object account, which is the whole project’s', async () => {
    expect((await cloud.objects('PUT', `${ACCOUNT}/theirs`, tenant)).status).toBe(201);
    for (const [method, path] of [
      ['PUT', `${ACCOUNT}/c`],
      ['PUT', `${ACCOUNT}/theirs/o`],
      ['POST', ACCOUNT],
      ['DELETE', `${ACCOUNT}/theirs`],
      ['COPY', `${ACCOUNT}/theirs/o`],
    ] as const) {
      const refused = await cloud.objects(method, path, token);
      expect(refused.status, `${method} ${path}`).toBe(403);
      expect(await refused.text()).toContain('outside_budget');
    }
    expect((await cloud.objects('HEAD', `${ACCOUNT}/theirs`, token)).status).toBeLessThan(300);
  });

  it('does not operate the exchange, whoever delegated it', async () => {
    const operator = await cloud.exchange.operator({ budgets: [{ id: 'operator', limit: '10' }] });
    const grant = await call(operator, 'POST', `/exchange/v1/accounts/${TEST_PROJECT.id}/grants`, { amount: '1' });
    expect(grant.body).toMatchObject({ status: 403, reason: 'outside_budget' });
    expect((await call(operator, 'DELETE', server(theirs.server))).status).toBe(403);
  });

  it('of a redelegation leaves alone what was ordered above it', async () => {
    const child = await friend('narrow:90000', 'narrower:50000');
    expect((await call(child, 'DELETE', server(own.server))).status).toBe(403);
    const made = idOf(await order(child), 'server');
    // The other way round it is the parent's as well.
    expect((await call(token, 'DELETE', server(made))).status).toBe(204);
    expect((await call(tenant, 'DELETE', server(own.server))).status).toBe(204);
  });
});
