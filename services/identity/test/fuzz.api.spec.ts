import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { toUSVString } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileValue, nastyText } from './hostile-values.js';
import { IdentityProcess } from './identity-process.js';
import { routesWithBody } from './request-schemas.js';

/** A request that takes longer hangs. */
const PATIENCE_MS = 15_000;
const BODY_LIMIT = 114_688;
/** Requests to each route, and twice as many to those that take a body. */
const RUNS = Number(process.env['OCX_FUZZ_RUNS'] ?? 12);

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}
const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const schemas = new Map(routesWithBody.map(({ method, path, schema }) => [`${method} ${path}`, schema]));
const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, { parameters = [] }]) => ({
    route: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    query: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    body: schemas.get(`${method.toUpperCase()} ${path}`),
  })),
);
type Route = (typeof routes)[number];

let identity: IdentityProcess;
let token: string;
let known: Record<string, string> = {};

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const post = async (list: string, one: string, fields: object): Promise<string> =>
    (await identity.admin('POST', `/v3/${list}`, { [one]: { name: 'victim', ...fields } })).body[one].id as string;
  const project = await identity.admin('GET', '/v3/projects?name=admin');
  const operator = await post('users', 'user', { name: 'operator', password: 'secret-of-operator' });
  const role = await identity.roleId('admin');
  await identity.admin('PUT', `/v3/projects/${project.body.projects[0].id as string}/users/${operator}/roles/${role}`);
  token = await identity.login('operator', 'secret-of-operator', 'admin');
  const domain_id = await post('domains', 'domain', {});
  known = {
    domain_id,
    user_id: await post('users', 'user', { domain_id }),
    group_id: await post('groups', 'group', { domain_id }),
    project_id: await post('projects', 'project', { domain_id }),
    role_id: await post('roles', 'role', {}),
  };
  await identity.admin('PUT', '/v3/OS-FEDERATION/identity_providers/university', { identity_provider: {} });
});
afterAll(() => identity.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function ask(method: string, url: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { 'x-auth-token': token, ...(init.headers as Record<string, string>) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(identity.url + url, { redirect: 'manual', ...init, method, headers, signal });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** No failure of the service's own, and every refusal in the form of its API. */
function expectSound(url: string, { status, text, headers }: Answer): void {
  expect(status, text).toBeLessThan(500);
  expect(headers.get('x-injected')).toBeNull();
  if (status < 400 || text === '') return;
  const body = JSON.parse(text) as { error: unknown; receipt?: unknown };
  if (url.startsWith('/v3/OS-OAUTH2/')) expect(body.error).toEqual(expect.any(String));
  else if (body.receipt === undefined) {
    expect(body).toEqual({ error: { code: status, title: expect.any(String), message: expect.any(String) } });
  }
}

const encoded = (text: string): string => encodeURIComponent(toUSVString(text));
const BAD_ESCAPES = ['%', '%zz', '%ff', '%c0%af', '%00', '%2e%2e%2f', '%0d%0aX-Injected:%20yes', 'a'.repeat(6_000)];

/** A part of a path: something that is there, or that is not, or that is no name at all. */
const part = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(known[name] ?? 'unknown'),
    fc.constantFrom(...BAD_ESCAPES),
    nastyText.map((text) => encoded(text).replace(/^\.{0,2}$/, 'dots')),
  );

/** Every parameter that the route knows, some twice, and one that it does not know. */
function queryOf(names: readonly string[]): fc.Arbitrary<string> {
  const value = fc.oneof(nastyText.map(encoded), fc.constantFrom('', '1', '-1', 'true', ...BAD_ESCAPES));
  const parameter = fc
    .tuple(fc.constantFrom(...names, 'unknown', 'a[b]', '__proto__'), value)
    .map(([name, text]) => `${name}=${text}`);
  return fc.array(parameter, { maxLength: 4 }).map((list) => (list.length > 0 ? `?${list.join('&')}` : ''));
}

function requestOf(route: Route): fc.Arbitrary<{ url: string; body: string | undefined }> {
  const pieces = route.path.split(/(\{[^}]+\})/).map((piece) => {
    const [, name] = /^\{([^}]+)\}$/.exec(piece) ?? [];
    return name === undefined ? fc.constant(piece) : part(name);
  });
  const body = route.body
    ? fc.oneof(
        { weight: 9, arbitrary: hostileValue(route.body).map((value) => JSON.stringify(value)) },
        { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
      )
    : fc.constant(undefined);
  return fc
    .tuple(fc.tuple(...pieces), queryOf(route.query), body)
    .map(([path, query, text]) => ({ url: path.join('') + query, body: text }));
}

describe('every route, from its schema', () => {
  it('is asked', () => {
    expect(routes.length).toBeGreaterThan(200);
    expect(routes.filter(({ body }) => body).length).toBeGreaterThan(50);
  });

  // A long poll waits when it is asked to.
  it.each(routes.filter(({ path }) => !path.startsWith('/v3/OS-OCX/revo')))('$route', async (route) => {
    await fc.assert(
      fc.asyncProperty(requestOf(route), async ({ url, body }) => {
        const init = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } };
        expectSound(url, await ask(route.method, url, init));
      }),
      { numRuns: RUNS * (route.body ? 2 : 1) },
    );
  });

  it('has left the operator and the service as they were', async () => {
    expect((await identity.call('GET', '/v3/users?name=admin', { token })).body.users).toHaveLength(1);
    expect((await identity.call('GET', '/healthcheck')).status).toBe(200);
  });
});

describe('a body', () => {
  const send = (body: RequestInit['body'], type = 'application/json', url = '/v3/users') =>
    ask('POST', url, { body, headers: { 'content-type': type }, duplex: 'half' } as RequestInit);

  it('over 112 KiB is refused, with or without its length', async () => {
    const long = JSON.stringify({ user: { name: 'a', padding: 'x'.repeat(BODY_LIMIT) } });
    const stream = new Blob([long]).stream();
    for (const answer of [await send(long), await send(stream)]) {
      expect(answer.status).toBe(413);
      expectSound('/v3/users', answer);
    }
    const longest = `{"user":{"name":"longest"}}`.padEnd(BODY_LIMIT, ' ');
    expect((await send(longest)).status).toBe(201);
    expect((await send(`${longest} `)).status).toBe(413);
  });

  it.each<[string, RequestInit['body'], string?]>([
    ['of deep lists', '['.repeat(50_000)],
    ['of deep objects', '{"user":'.repeat(12_000)],
    ['whole, and deep', `{"user":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['of another encoding', Buffer.from([0x7b, 0xff, 0xfe, 0x22, 0x7d])],
    ['cut within a character', Buffer.from([0x22, 0xe2, 0x82])],
    ['of UTF-16', Buffer.from('{"user": {"name": "a"}}', 'utf16le')],
    ['with keys of prototypes', '{"user": {"name": "a", "__proto__": {"enabled": false}}}'],
    ['with a null character', '{"user": {"name": "a\\u0000b"}}'],
    ['with a null character, deep', `{"user":${'['.repeat(40_000)}"\\u0000"${']'.repeat(40_000)}}`],
    ['with a null character in a key', '{"user": {"name": "a", "b\\u0000": 1}}'],
    ['with half of a character', '{"region": {"id": "\\ud800"}, "user": {"name": "\\uDFFF"}}'],
    ['that is XML', '<user/>', 'application/xml'],
    ['that is a form', 'user=1', 'application/x-www-form-urlencoded'],
    ['of a type that is none', '{}', 'nonsense'],
    ['of a type of many parts', '--x\r\n\r\n--x--', 'multipart/form-data; boundary=x'],
  ])('%s is refused', async (_, body, type) => {
    const answer = await send(body, type);
    expect([400, 415], answer.text).toContain(answer.status);
    expectSound('/v3/users', answer);
  });

  it('with ten thousand entries is answered at once, whichever list it is', async () => {
    const many = Array.from({ length: 10_000 }, () => ({}));
    const texts = Array.from({ length: 10_000 }, () => 'a');
    const bodies: [string, string, unknown][] = [
      ['POST', '/v3/limits', { limits: many }],
      ['POST', '/v3/registered_limits', { registered_limits: many }],
      ['POST', '/v3/auth/tokens', { auth: { identity: { methods: texts } } }],
      ['PUT', `/v3/projects/${known['project_id'] ?? ''}/tags`, { tags: texts }],
      ['PUT', '/v3/OS-FEDERATION/mappings/many', { mapping: { rules: many } }],
      ['PUT', '/v3/OS-FEDERATION/identity_providers/many', { identity_provider: { remote_ids: texts } }],
      ['PUT', '/v3/OS-OAUTH1/authorize/any', { roles: many }],
      ['POST', '/v3/users', { user: { name: 'many', options: { multi_factor_auth_rules: texts } } }],
    ];
    for (const [method, url, json] of bodies) {
      const body = JSON.stringify(json);
      const answer = await ask(method, url, { body, headers: { 'content-type': 'application/json' } });
      expect([url, answer.status]).toEqual([url, 400]);
      expectSound(url, answer);
    }
  });
});

/** What a request line and headers of the caller's own making are answered, as text. */
function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(identity.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request, 'latin1'));
    let text = '';
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('It hangs.')));
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(text);
    });
  });
}

describe('a header', () => {
  const get = (headers: string, path = '/v3/auth/tokens') =>
    raw(`GET ${path} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n${headers}\r\n`);

  it.each([
    ['a line break in a token', `X-Auth-Token: a\r\n X-Injected: yes\r\n`],
    ['a bare line feed', `X-Auth-Token: a\nX-Injected: yes\r\n`],
    ['bytes that are no text', `X-Auth-Token: \xff\xfe\x80\r\n`],
    ['a null byte', `X-Auth-Token: a\0b\r\n`],
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n'],
    ['length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['a long one', `X-Auth-Token: ${'a'.repeat(70_000)}\r\n`],
    ['very many', `${Array.from({ length: 3_000 }, (_, index) => `X-${String(index)}: a`).join('\r\n')}\r\n`],
    ['a foreign host', 'Host: evil.test\r\nX-Forwarded-Host: evil.test\r\n'],
  ])('%s opens nothing, and is answered in Keystone’s form', async (_, headers) => {
    const answer = await get(headers);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).not.toMatch(/^X-Injected:/im);
    expect(JSON.parse(body)).toEqual({
      error: { code: Number(answer.slice(9, 12)), title: expect.any(String), message: expect.any(String) },
    });
    expect(body).not.toContain('evil.test');
  });

  it('is not made of what a path holds', async () => {
    const tag = '%0d%0aX-Injected:%20yes';
    const url = `/v3/projects/${known['project_id'] ?? ''}/tags/${tag}`;
    const answer = await ask('PUT', url);
    expect(answer.headers.get('x-injected')).toBeNull();
    expectSound(url, answer);
    expect(await get('', `/v3/users/${tag}`)).not.toMatch(/^X-Injected:/im);
  });
});

describe('XML at the SAML endpoints', () => {
  const entities = Array.from({ length: 12 }, (_, index) => {
    const before = index === 0 ? 'lol' : `&l${String(index - 1)};`.repeat(10);
    return `<!ENTITY l${String(index)} "${before}">`;
  });
  const bombs: [string, string][] = [
    ['entities of entities', `<?xml version="1.0"?><!DOCTYPE r [${entities.join('')}]><r>&l11;</r>`],
    ['an entity of a file', '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&f;</r>'],
    ['an entity of an address', '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><r/>'],
    ['parameter entities', '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><r/>'],
    ['deep elements', '<a>'.repeat(20_000) + '</a>'.repeat(20_000)],
    ['many attributes', `<a ${Array.from({ length: 5_000 }, (_, index) => `b${String(index)}="c"`).join(' ')}/>`],
    [
      'many name spaces',
      `<a ${Array.from({ length: 2_000 }, (_, index) => `xmlns:n${String(index)}="u:${String(index)}"`).join(' ')}/>`,
    ],
    ['an end without a beginning', '</a>'],
    ['nothing', ''],
    ['no characters of XML', '<a>\u0000\u0001</a>'],
  ];

  it.each(bombs)('%s are refused at once', async (_, xml) => {
    const form = (name: string) =>
      new URLSearchParams({ [name]: Buffer.from(xml).toString('base64'), RelayState: 'x' });
    const requests: [string, string, RequestInit][] = [
      [
        'PUT',
        '/v3/OS-FEDERATION/identity_providers/university/metadata',
        { body: xml, headers: { 'content-type': 'application/samlmetadata+xml' } },
      ],
      ['POST', '/v3/OS-FEDERATION/saml2/acs/university', { body: form('SAMLResponse') }],
      [
        'POST',
        '/v3/OS-FEDERATION/saml2/ecp/university',
        { body: xml, headers: { 'content-type': 'application/vnd.paos+xml' } },
      ],
    ];
    for (const [method, url, init] of requests) {
      const before = process.hrtime.bigint();
      const answer = await ask(method, url, init);
      expect([url, answer.status >= 400]).toEqual([url, true]);
      expect(answer.text).not.toContain('root:');
      expectSound(url, answer);
      expect(Number(process.hrtime.bigint() - before) / 1e6).toBeLessThan(PATIENCE_MS);
    }
  });
});
