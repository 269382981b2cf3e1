import { request } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdToDocument } from './document-conformance.js';
import { shortcomings } from './openapi-completeness.js';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const Thing = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'], additionalProperties: false };
const refusal = { description: '', ...json({ type: 'object', required: ['error'] }) };

const DOCUMENT = {
  openapi: '3.1.1',
  info: { title: 'Things', version: '1' },
  paths: {
    '/things/{id}': {
      get: {
        security: [],
        parameters: [
          { in: 'path', name: 'id', required: true, schema: { type: 'string' } },
          { in: 'query', name: 'limit', schema: { type: 'integer' } },
        ],
        responses: {
          '200': { description: '', headers: { Etag: { required: true, schema: { type: 'string' } } }, ...json(Thing) },
          '404': { $ref: '#/components/responses/refusal' },
          '5XX': { $ref: '#/components/responses/refusal' },
        },
      },
      put: {
        security: [],
        parameters: [{ in: 'header', name: 'Idempotency-Key', required: true, schema: { type: 'string' } }],
        requestBody: { required: true, ...json(Thing) },
        responses: { '204': { description: '' }, '400': refusal, '5XX': refusal },
      },
    },
    '/files/{account}/{file}': {
      get: {
        security: [],
        responses: { '200': { description: '', content: { 'text/plain': {} } }, '5XX': refusal },
      },
    },
  },
  components: { responses: { refusal } },
};

type Reply = { status: number; body?: unknown; type?: string; headers?: Record<string, string> };

describe('an application held to its document', () => {
  let app: FastifyInstance;
  let problems: string[];
  let reply: Reply;
  let left: Promise<void>;

  beforeEach(async () => {
    let answeredNobody: () => void;
    left = new Promise((resolve) => (answeredNobody = resolve));
    problems = [];
    app = fastify();
    const nest = { getHttpAdapter: () => ({ getInstance: () => app }) } as unknown as NestFastifyApplication;
    holdToDocument(nest, DOCUMENT, (problem) => problems.push(problem));
    app.route({
      method: ['GET', 'PUT', 'POST'],
      url: '/things/:id',
      handler: (_request, answer) => {
        const { status, body, type = 'application/json', headers = {} } = reply;
        return answer.code(status).headers(headers).type(type).send(body);
      },
    });
    app.get('/files/*', (_request, answer) => answer.code(reply.status).type('text/plain').send('bytes'));
    app.get('/left', async (_request, answer) => {
      await new Promise((resolve) => answer.raw.once('close', resolve));
      await answer.code(499).send();
      answeredNobody();
    });
    await app.ready();
  });
  afterEach(async () => {
    await app.close();
  });

  const etag = { etag: '1' };
  const get = async (answer: Reply, url = '/things/1') => {
    reply = answer;
    await app.inject({ method: 'GET', url });
    return problems;
  };

  it('may answer what is described', async () => {
    await get({ status: 200, headers: etag, body: { id: '1' } }, '/things/1?limit=5');
    await get({ status: 404, body: { error: {} } });
    await get({ status: 503, body: { error: {} } });
    reply = { status: 204 };
    await app.inject({ method: 'PUT', url: '/things/1', headers: { 'idempotency-key': 'k' }, payload: { id: '1' } });
    expect(problems).toEqual([]);
  });

  it.each<[string, Reply, string]>([
    ['another status', { status: 409, body: { error: {} } }, 'no such status'],
    ['a further key', { status: 200, headers: etag, body: { id: '1', secret: 1 } }, 'additional properties'],
    ['a missing key', { status: 200, headers: etag, body: {} }, "'id'"],
    ['another form of error', { status: 404, body: { message: 'no' } }, "'error'"],
    ['another media type', { status: 200, headers: etag, type: 'text/html', body: 'x' }, 'type text/html'],
    ['no body', { status: 200, headers: etag }, 'no body'],
    ['no header', { status: 200, body: { id: '1' } }, 'without the header Etag'],
  ])('may not answer with %s', async (_what, answer, problem) => {
    expect(await get(answer)).toEqual([expect.stringContaining(problem)]);
  });

  it('may not have a route, accept a query, a body or a missing header that the document does not know', async () => {
    await get({ status: 200, headers: etag, body: { id: '1' } }, '/things/1?limit=many');
    reply = { status: 204 };
    await app.inject({ method: 'PUT', url: '/things/1', payload: { id: 1 } });
    await app.inject({ method: 'POST', url: '/things/1', payload: {} });
    expect(problems).toEqual([
      expect.stringContaining('accepted ?limit'),
      expect.stringContaining('without the header Idempotency-Key'),
      expect.stringContaining('accepted /id must be string'),
      expect.stringContaining('no such operation'),
    ]);
  });

  it('may refuse what the document does not know', async () => {
    reply = { status: 400, body: { error: {} } };
    await app.inject({ method: 'PUT', url: '/things/1', payload: { id: 1 } });
    expect(problems).toEqual([]);
  });

  it('may say what it likes once the client is gone', async () => {
    const client = request(`${await app.listen({ port: 0, host: '127.0.0.1' })}/left`).on('error', () => undefined);
    const answered = new Promise((resolve) => app.server.once('request', resolve)).then(() => {
      client.destroy();
      return left;
    });
    client.end();
    await answered;
    expect(problems).toEqual([]);
  });

  it('has the operations of a wildcard by what is called', async () => {
    expect(await get({ status: 200 }, '/files/a/b/c')).toEqual([]);
    expect(await get({ status: 412 }, '/files/a')).toEqual([]);
    expect(await get({ status: 200 }, '/files/a')).toEqual([expect.stringContaining('no such operation')]);
  });
});

describe('a complete document', () => {
  it('is OpenAPI, and tells answers and errors of every operation', async () => {
    expect(await shortcomings(DOCUMENT)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['without an answer', { '5XX': refusal }, 'no answer'],
    ['without its own failures', { '204': { description: '' } }, 'no 5XX'],
    ['whose body says nothing', { '200': { description: '', ...json({}) }, '5XX': refusal }, '200 says nothing'],
    ['whose error has no form', { '204': { description: '' }, '5XX': { description: '' } }, '5XX has no form'],
    ['that is not OpenAPI', { '200': {}, '5XX': refusal }, 'not OpenAPI'],
  ])('has no operation %s', async (_what, responses, lack) => {
    const document = { ...DOCUMENT, paths: { '/a': { get: { security: [], responses } } } };
    expect((await shortcomings(document)).join()).toContain(lack);
  });

  it('tells of 401 and 403 wherever a token is needed', async () => {
    const responses = { '204': { description: '' }, '5XX': refusal };
    const document = { ...DOCUMENT, paths: { '/a': { get: { security: [{ token: [] }], responses } } } };
    expect((await shortcomings(document)).filter((lack) => !lack.startsWith('not OpenAPI'))).toEqual([
      'get /a: no 401',
      'get /a: no 403',
    ]);
  });
});
