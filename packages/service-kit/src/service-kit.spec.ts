import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { authModule, Policy, Public } from './auth.js';
import { createApp } from './bootstrap.js';
import { NotFound, QuotaExceeded, Unauthenticated } from './errors.js';
import { HealthController } from './health.controller.js';
import {
  formatMicroversion,
  microversionMiddleware,
  RequestMicroversion,
  type MicroversionValue,
} from './microversion.js';
import { Caller, type Principal } from './principal.js';
import { TokenVerifier } from './token-verifier.js';
import { parse } from './validation.js';

class OneToken extends TokenVerifier {
  verify(request: { headers: Record<string, unknown> }): Promise<Principal> {
    const token = request.headers['x-auth-token'];
    if (token !== 'good') return Promise.reject(Unauthenticated.because('the token is a bad one'));
    return Promise.resolve({
      realm: 'exchange',
      userId: 'ada',
      systemScope: false,
      roles: ['member'],
      tokenId: '1',
      expiresAt: 0,
      rawToken: token,
    });
  }
}

const anyMember = { name: 'test:show', description: 'members', check: (p: Principal) => p.roles.includes('member') };
const nobody = { name: 'test:refuse', description: 'nobody', check: () => false };

@Controller('v2.1')
class ThingsController {
  @Get('me')
  @Policy(anyMember)
  me(@Caller() caller: Principal, @RequestMicroversion() version: MicroversionValue) {
    return { user: caller.userId, version: formatMicroversion(version) };
  }

  @Get('refused')
  @Policy(nobody)
  refused() {
    return {};
  }

  @Get('unruled')
  unruled() {
    return {};
  }

  @Get('missing')
  @Public()
  missing() {
    throw new NotFound('Thing 1 could not be found.');
  }

  @Get('quota')
  @Public()
  quota() {
    throw new QuotaExceeded('Quota exceeded.');
  }

  @Get('broken')
  @Public()
  broken() {
    throw new Error('secret detail');
  }

  @Post('echo')
  @Public()
  echo(@Body() body: unknown) {
    return { body: body ?? null };
  }

  @Post('parsed')
  @Public()
  parsed(@Body() body: unknown) {
    return parse(z.strictObject({ server: z.strictObject({ name: z.string().max(5) }) }), body);
  }
}

@Module({
  imports: [authModule({ verifier: { provide: TokenVerifier, useClass: OneToken } })],
  controllers: [ThingsController, HealthController],
})
class TestModule {}

describe('the runtime shared by the services', () => {
  let app: NestFastifyApplication;
  let http: ReturnType<typeof supertest>;
  const log: Record<string, unknown>[] = [];

  beforeAll(async () => {
    app = await createApp(TestModule, {
      name: 'test',
      config: {
        OCX_LISTEN_HOST: '127.0.0.1',
        OCX_PORT: 0,
        OCX_PUBLIC_URL: 'http://127.0.0.1',
        OCX_DATA_DIR: process.cwd(),
        DATABASE_URL: 'postgres://unused',
        OCX_LOG_LEVEL: 'silent',
      },
      faultStyle: (path) => (path.startsWith('/v2.1') ? 'nova' : 'problem'),
      bodyLimit: 1000,
      logger: pino({}, { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) }),
      middleware: [
        microversionMiddleware({
          service: 'compute',
          legacyHeader: 'X-OpenStack-Nova-API-Version',
          min: { major: 2, minor: 1 },
          max: { major: 2, minor: 90 },
          applies: (path) => path.startsWith('/v2.1'),
        }),
      ],
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    http = supertest(await app.getUrl());
  });
  afterAll(() => app.close());

  it('lets a caller in that meets the policy, and answers in the microversion asked for', async () => {
    const answer = await http.get('/v2.1/me').set('X-Auth-Token', 'good').set('OpenStack-API-Version', 'compute 2.79');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ user: 'ada', version: '2.79' });
    expect(answer.headers).toMatchObject({
      'openstack-api-version': 'compute 2.79',
      'x-openstack-nova-api-version': '2.79',
      vary: 'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
    });
    expect(answer.headers['x-openstack-request-id']).toMatch(/^req-/);
  });

  it('refuses a bad token with 401 and keeps request id and microversion on it', async () => {
    const answer = await http.get('/v2.1/me').set('X-Auth-Token', 'bad');
    expect(answer.status).toBe(401);
    expect(answer.headers['x-openstack-nova-api-version']).toBe('2.1');
    expect(answer.headers['www-authenticate']).toBe('Keystone');
  });

  it('tells the log, and nobody else, why a token was refused', async () => {
    const requestId = 'req-00000000-0000-4000-8000-000000000001';
    const answer = await http.get('/v2.1/me').set({ 'X-Auth-Token': 'bad', 'X-OpenStack-Request-Id': requestId });
    expect(answer.text).not.toContain('bad');
    const entries = () => log.filter((entry) => entry['requestId'] === requestId);
    await expect.poll(entries).toEqual([expect.objectContaining({ status: 401, refusal: 'the token is a bad one' })]);
    await http.get('/v2.1/me').set('X-Auth-Token', 'good');
    expect(log.filter(({ status }) => status === 200).every((entry) => !('refusal' in entry))).toBe(true);
  });

  it.each(['refused', 'unruled'])('refuses what no policy allows: %s', async (route) => {
    const answer = await http.get(`/v2.1/${route}`).set('X-Auth-Token', 'good');
    expect(answer.status).toBe(403);
    expect(answer.body).toHaveProperty('forbidden.code', 403);
  });

  it('renders domain errors, unrouted paths and unexpected errors as faults of the API', async () => {
    expect((await http.get('/v2.1/missing')).body).toEqual({
      itemNotFound: { code: 404, message: 'Thing 1 could not be found.' },
    });
    expect((await http.get('/v2.1/quota')).status).toBe(403);
    expect((await http.get('/v2.1/nowhere')).body).toHaveProperty('itemNotFound');
    const broken = await http.get('/v2.1/broken');
    expect(broken.status).toBe(500);
    expect(broken.text).not.toContain('secret');
    const problem = await http.get('/nowhere');
    expect(problem.headers['content-type']).toContain('application/problem+json');
  });

  it.each(['/v2.1/%ff', '/v2.1/a%', '/v2.1/%E0%A4%A'])('answers a malformed URL in the API form: %s', async (path) => {
    const answer = await http.get(path);
    expect(answer.status).toBe(400);
    expect(answer.body).toHaveProperty('badRequest.code', 400);
    expect(answer.headers['x-openstack-request-id']).toMatch(/^req-/);
  });

  it('takes an empty JSON body as none, and refuses broken, alien and oversized ones', async () => {
    const empty = await http.post('/v2.1/echo').set('Content-Type', 'application/json');
    expect(empty.body).toEqual({ body: null });
    const broken = await http.post('/v2.1/echo').set('Content-Type', 'application/json').send('{"a":');
    expect(broken.body).toHaveProperty('badRequest');
    const proto = await http.post('/v2.1/echo').set('Content-Type', 'application/json').send('{"__proto__":{"a":1}}');
    expect(proto.status).toBe(400);
    const big = await http.post('/v2.1/echo').send({ a: 'x'.repeat(2000) });
    expect(big.status).toBe(413);
    const invalid = await http.post('/v2.1/parsed').send({ server: { name: 'too long' } });
    expect(invalid.body).toMatchObject({
      badRequest: { code: 400, message: expect.stringContaining('server.name') as string },
    });
  });

  it.each([
    ['compute 2.91', 406],
    ['compute 1.1', 406],
    ['compute two', 400],
    ['compute 2.1 extra', 400],
    ['volume 3.50', 401],
    ['compute latest', 401],
  ])('negotiates %s as %i', async (version, status) => {
    const answer = await http.get('/v2.1/me').set('OpenStack-API-Version', version);
    expect(answer.status).toBe(status);
  });

  it('says that it is alive', async () => {
    expect((await http.get('/healthcheck')).body).toEqual({ status: 'ok' });
  });
});
