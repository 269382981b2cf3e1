import type { IncomingMessage, ServerResponse } from 'node:http';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CloudOfDoubles } from './proxy-exchange.js';
import { OBJECT_HEADERS, type OpenStackDouble } from './proxy-landlord.js';

const COMPUTE = '/regions/exchange/compute/v2.1';
const VOLUME = `/regions/exchange/volume/v3/${TEST_PROJECT.id}`;
const ACCOUNT = `AUTH_${TEST_PROJECT.id}`;

let cloud: CloudOfDoubles;
let token: string;
let image: string;
let server: string;
let volume: string;

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  cloud.exchange.call(method, path, { token, body, headers });

const order = (name: string, extra: Record<string, unknown> = {}) =>
  call('POST', `${COMPUTE}/servers`, { server: { name, imageRef: image, flavorRef: 'm1.tiny', ...extra } });

/** Drips for ever: white space before JSON, so that only a bound or a deadline ends it. */
function drip(response: ServerResponse, chunk: Buffer, everyMs: number): void {
  const timer = setInterval(() => response.write(chunk), everyMs);
  response.on('close', () => {
    clearInterval(timer);
  });
}

function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(262_144, ' ');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

const BODIES: Record<string, (response: ServerResponse) => void> = {
  'an endless body': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    flood(response);
  },
  'a body in drips': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    drip(response, Buffer.from(' '), 50);
  },
  'a refusal in drips': (response) => {
    response.writeHead(404, { 'content-type': 'text/html' });
    drip(response, Buffer.from(' '), 50);
  },
};

function answers(
  landlord: OpenStackDouble,
  match: RegExp,
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): void {
  landlord.behave = (request, response) => {
    if (!match.test(`${request.method ?? ''} ${request.url ?? ''}`)) return false;
    answer(response, request);
    return true;
  };
}

/** A landlord that was silent is left alone for a while. */
async function recovered(): Promise<void> {
  await vi.waitFor(
    async () => {
      const { landlords } = (await call('GET', '/exchange/v1/landlords')).body as {
        landlords: { reachable: boolean }[];
      };
      if (landlords.some(({ reachable }) => !reachable)) throw new Error('A landlord is still left alone.');
    },
    { timeout: 40_000, interval: 100 },
  );
}

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  token = await cloud.exchange.token();
  image = await cloud.image(await cloud.exchange.operator());
  server = String((await order('at-mit', { availability_zone: 'mit' })).body['server'].id);
  const made = await call('POST', `${VOLUME}/volumes`, {
    volume: { size: 1, name: 'at-granite', availability_zone: 'granite' },
  });
  volume = String(made.body['volume'].id);
  await cloud.objects('PUT', `${ACCOUNT}/c1`, token, { headers: { 'x-storage-policy': 'standard@granite' } });
  await cloud.objects('PUT', `${ACCOUNT}/c1/o`, token, { body: 'hello' });
});

afterEach(async () => {
  for (const landlord of [cloud.harvard, cloud.mit, cloud.bluestone, cloud.granite]) landlord.behave = () => false;
  await recovered();
});

afterAll(() => cloud.exchange.stop());

describe.each(Object.entries(BODIES))('a landlord that answers with %s', (_, answer) => {
  it('costs its own servers, in a list and alone', async () => {
    answers(cloud.mit, /^GET \/v2\.1\/servers/, answer);
    const listed = await call('GET', `${COMPUTE}/servers/detail`);
    expect(listed.status).toBe(200);
    expect(listed.headers.get('x-ocx-partial')).toBe('mit');
    expect(listed.body['servers']).toMatchObject([{ id: server, status: 'UNKNOWN' }]);
    expect([502, 503]).toContain((await call('GET', `${COMPUTE}/servers/${server}`)).status);
  });

  it('costs its own volumes, in a list and alone', async () => {
    answers(cloud.granite, /^GET \/v3\//, answer);
    const listed = await call('GET', `${VOLUME}/volumes/detail`);
    expect(listed.headers.get('x-ocx-partial')).toBe('granite');
    expect(listed.body['volumes']).toMatchObject([{ id: volume, name: 'at-granite' }]);
    expect([502, 503]).toContain((await call('GET', `${VOLUME}/volumes/${volume}`)).status);
  });

  it('costs its own containers in the account', async () => {
    answers(cloud.granite, /^GET \/v1\/[^/]+\?/, answer);
    const listed = await cloud.objects('GET', ACCOUNT, token);
    expect(listed.headers.get('x-ocx-partial')).toBe('granite');
    expect(await listed.text()).toBe('c1\n');
  });
});

describe('an object that a landlord sends', () => {
  it('for ever ends when the tenant hangs up, at the landlord too', async () => {
    const closed = new Promise<void>((resolve) => {
      answers(cloud.granite, /^GET \/v1\/.*\/o$/, (response) => {
        response.on('close', resolve);
        response.writeHead(200, OBJECT_HEADERS);
        flood(response);
      });
    });
    const got = await cloud.objects('GET', `${ACCOUNT}/c1/o`, token);
    const reader = got.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    await closed;
    expect((await cloud.objects('HEAD', `${ACCOUNT}/c1/o`, token)).status).toBe(200);
  });

  it('and breaks off is broken at the tenant, never short and whole', async () => {
    answers(cloud.granite, /^GET \/v1\/.*\/o$/, (response) => {
      response.writeHead(200, { ...OBJECT_HEADERS, 'content-length': '1000' });
      response.write('only this');
      setTimeout(() => response.destroy(), 50);
    });
    const got = await cloud.objects('GET', `${ACCOUNT}/c1/o`, token);
    await expect(got.text()).rejects.toThrow();
  });

  it('as a refusal in drips is a refusal', async () => {
    answers(cloud.granite, /^GET \/v1\/.*\/o$/, (response) => BODIES['a refusal in drips']?.(response));
    expect((await cloud.objects('GET', `${ACCOUNT}/c1/o`, token)).status).toBe(404);
  });
});

describe('a create whose first landlord fails', () => {
  const unpaid = () =>
    cloud.exchange.sql<{ state: string; charged: string }>(
      `SELECT state, charged FROM leases WHERE landlord_id = $1 AND state NOT IN ('active')`,
      [cloud.harvard.landlord.id],
    );

  it.each([
    ['says 503', (response: ServerResponse) => response.writeHead(503).end('{}')],
    ['dies in the middle', (response: ServerResponse) => response.destroy()],
    ['makes something else', (response: ServerResponse) => response.writeHead(202).end('{"server":{"id":"x"}}')],
  ])('goes to the next one when it %s', async (_, fail) => {
    const before = cloud.mit.servers.size;
    answers(cloud.harvard, /^POST \/v2\.1\/servers$/, fail);
    const made = await order('second-choice');
    expect(made.status, JSON.stringify(made.body)).toBe(202);
    expect(cloud.mit.servers.size).toBe(before + 1);
    const shown = await call('GET', `${COMPUTE}/servers/${String(made.body['server'].id)}`);
    expect(shown.body['server']).toMatchObject({ 'OS-EXT-AZ:availability_zone': 'mit' });
    cloud.harvard.behave = () => false;
    const states = async () => [...new Set((await unpaid()).map(({ state }) => state))];
    await expect.poll(states, { timeout: 20_000 }).toEqual(['failed']);
    expect((await unpaid()).every(({ charged }) => charged === '0')).toBe(true);
    const open = () => [...cloud.harvard.landlord.leases.values()].filter(({ state }) => state === 'active').length;
    await expect.poll(open, { timeout: 20_000 }).toBe(0);
    const rows = 'SELECT id FROM inventory_resources WHERE landlord_id = $1';
    expect(await cloud.exchange.sql(rows, [cloud.harvard.landlord.id])).toEqual([]);
  });

  it('does so for volumes too', async () => {
    answers(cloud.bluestone, /^POST \/v3\/[^/]+\/volumes$/, (response) => response.destroy());
    const made = await call('POST', `${VOLUME}/volumes`, { volume: { size: 1, name: 'second-choice' } });
    expect(made.status, JSON.stringify(made.body)).toBe(202);
    expect(made.body['volume']).toMatchObject({ availability_zone: 'granite' });
  });

  it('says why when the tenant wanted that landlord and no other, and holds no quota', async () => {
    const used = async () =>
      (await call('GET', `${COMPUTE}/limits`)).body['limits'].absolute.totalInstancesUsed as number;
    const before = await used();
    answers(cloud.harvard, /^POST \/v2\.1\/servers$/, (response) => response.writeHead(503).end('{}'));
    const refused = await order('only-harvard', { availability_zone: 'harvard' });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(Object.values(refused.body)[0]).toHaveProperty('message');
    await expect.poll(used, { timeout: 20_000 }).toBe(before);
  });
});

describe('what is at a dead landlord', () => {
  it('is 503 with Retry-After: console, attachments, metadata, actions', async () => {
    await cloud.mit.landlord.stop();
    const paths: [string, string, unknown][] = [
      ['POST', 'action', { 'os-getConsoleOutput': {} }],
      ['POST', 'action', { 'os-stop': null }],
      ['POST', 'os-volume_attachments', { volumeAttachment: { volumeId: volume } }],
      ['GET', 'metadata', undefined],
      ['GET', 'ips', undefined],
    ];
    for (const [method, path, body] of paths) {
      const answer = await call(method, `${COMPUTE}/servers/${server}/${path}`, body);
      expect([path, answer.status]).toEqual([path, 503]);
      expect(answer.headers.get('retry-after')).not.toBeNull();
    }
    // Nothing of the attachment is left: the volume can go elsewhere.
    const status = async () => (await call('GET', `${VOLUME}/volumes/${volume}`)).body['volume'].status as string;
    expect(['available', 'detaching']).toContain(await status());
    await cloud.mit.landlord.restart();
    await expect.poll(status, { timeout: 30_000 }).toBe('available');
  });
});
