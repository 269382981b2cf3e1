import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerParty } from './broker-party.js';
import { type Answer, IdentityProcess } from './identity-process.js';
import { routesWithBody, sample, texts } from './request-schemas.js';

const BODY_LIMIT = 114_688;

let identity: IdentityProcess;
let broker: BrokerParty;
let adminId: string;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  broker = await BrokerParty.enrol(identity);
  adminId = (await identity.admin('GET', '/v3/users?name=admin')).body.users[0].id as string;
});
afterAll(() => identity.stop());

type Route = (typeof routesWithBody)[number];

/** Sends a body, as text, by whoever may call the route. */
async function send({ method, path }: Route, text: string): Promise<Answer> {
  const route = path.replace('{user_id}', adminId).replace(/\{[^}]+\}/g, 'unknown');
  const proof: Record<string, string> = path.startsWith('/v3/OS-OCX/')
    ? { authorization: `Bearer ${await broker.assertion()}` }
    : { 'x-auth-token': identity.adminToken };
  return identity.call(method, route, { text, headers: { ...proof, 'content-type': 'application/json' } });
}

function expectFault(answer: Answer, code: number, title: string): void {
  expect(answer.status).toBe(code);
  expect(answer.body).toEqual({ error: { code, title, message: expect.any(String) } });
}

const named = routesWithBody.map((route) => [`${route.method} ${route.path}`, route] as const);

/** What an operator’s answers must look like before and after, so that nothing was done in between. */
async function everything(): Promise<string> {
  const lists = ['domains', 'projects', 'users', 'groups', 'roles', 'regions', 'services', 'endpoints'];
  const answers = await Promise.all(lists.map((list) => identity.admin('GET', `/v3/${list}`)));
  return answers.map(({ text }) => text).join('\n');
}

describe('every route that takes a body', () => {
  it('is in the document', () => {
    expect(routesWithBody.length).toBeGreaterThan(25);
  });

  it.each(named)('%s bounds every text and every list', (_, { schema }) => {
    for (const leaf of texts(schema)) {
      const bound = leaf.schema.maxLength ?? leaf.schema.pattern ?? leaf.schema.format;
      expect(bound, leaf.path).toBeDefined();
    }
  });

  it.each(named)('%s refuses what is no JSON, no object, or too deep', async (_, route) => {
    const before = await everything();
    const wrong = ['{', '{"a": 1}}', 'nonsense', '[]', '"text"', '1', 'null', '{}', '', '['.repeat(50_000)];
    for (const text of wrong) expectFault(await send(route, text), 400, 'Bad Request');
    expect(await everything()).toBe(before);
  });

  it.each(named)('%s refuses a body over the limit', async (_, route) => {
    const body = { ...(sample(route.schema) as object), padding: 'x'.repeat(BODY_LIMIT) };
    expectFault(await send(route, JSON.stringify(body)), 413, 'Request Entity Too Large');
  });

  it.each(named)('%s refuses every text that is too long or of another type', async (_, route) => {
    const before = await everything();
    for (const leaf of texts(route.schema)) {
      const long = 'x'.repeat((leaf.schema.maxLength ?? 20_000) + 1);
      if (long.length < BODY_LIMIT / 2) {
        expectFault(await send(route, JSON.stringify(leaf.body(long))), 400, 'Bad Request');
      }
      expectFault(await send(route, JSON.stringify(leaf.body({ not: 'a text' }))), 400, 'Bad Request');
    }
    expect(await everything()).toBe(before);
  });
});

describe('the token endpoint', () => {
  it('answers bad input in OAuth’s form', async () => {
    const post = (form: Record<string, string>) => identity.call('POST', '/v3/OS-OAUTH2/token', { form });
    expect((await post({})).body.error).toBe('invalid_request');
    const long = await post({ grant_type: 'x'.repeat(BODY_LIMIT) });
    expect([long.status, long.body.error]).toEqual([413, 'invalid_request']);
    const twice = await identity.call('POST', '/v3/OS-OAUTH2/token', {
      text: 'grant_type=a&grant_type=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([twice.status, twice.body.error]).toEqual([400, 'invalid_request']);
  });
});
