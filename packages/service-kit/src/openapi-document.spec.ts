import { Body, Controller, Copy, Delete, Get, Head, Module, Post, Query, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Policy, Public } from './auth.js';
import { openApiDocument } from './openapi-document.js';
import { BYTES, Operation, OperationsBelow } from './operation.js';

const anyone = { name: 'things', description: 'Everybody with a token.', check: () => true };
const Thing = z.strictObject({ id: z.string() }).meta({ id: 'Thing' });
const NewThing = z.strictObject({ size: z.string().transform(Number).pipe(z.int()) });
const File = { 'application/octet-stream': BYTES };

@Controller(['v2.1/things', 'v2/things'])
@Policy(anyone)
class ThingsController {
  @Get()
  @Operation({ query: z.object({ limit: z.coerce.number().int().optional() }), answers: { 200: z.array(Thing) } })
  list(@Query() _query: unknown): { id: string }[] {
    return [];
  }

  @Post()
  @Operation({
    body: NewThing,
    headers: z.object({ 'Idempotency-Key': z.string() }),
    answers: { 201: { body: Thing, headers: z.object({ Location: z.string() }) } },
    errors: [409],
  })
  create(@Body() _body: unknown) {
    return { id: '1' };
  }

  @Delete(':id')
  @Operation({ answers: { 204: {} } })
  remove(): void {
    return undefined;
  }

  @Head(':id')
  @Operation({ answers: { 200: Thing } })
  look(): void {
    return undefined;
  }
}

@Controller('objects')
@Public()
class ObjectsController {
  @Get(['', '*'])
  @Operation({ answers: { 200: z.object({}) } })
  root() {
    return {};
  }

  @Get('v1/*')
  @OperationsBelow({
    '{account}': { answers: { 200: z.array(z.string()) } },
    '{account}/{object}': { answers: { 200: { body: File } } },
  })
  get(): void {
    return undefined;
  }

  @Copy('v1/*')
  @OperationsBelow({ '{account}/{object}': { answers: { 201: {} }, errors: [412] } })
  copy(): void {
    return undefined;
  }
}

async function documentOf(...controllers: Type[]) {
  @Module({ controllers })
  class TestModule {}
  const app = await NestFactory.create(TestModule, new FastifyAdapter(), { preview: true, logger: false });
  const document = await openApiDocument(app, {
    info: { title: 'Things', description: 'For tests', version: '1' },
    faultStyle: (path) => (path.startsWith('/objects') ? 'swift' : 'nova'),
    authentication: () => ['token'],
    microversions: [
      {
        service: 'compute',
        min: { major: 2, minor: 1 },
        max: { major: 2, minor: 90 },
        applies: (path) => path.startsWith('/v2.1'),
      },
    ],
  });
  return JSON.parse(JSON.stringify(document)) as Document;
}

interface Document {
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, unknown>>;
}
interface Described {
  operationId: string;
  security: unknown;
  parameters?: { $ref?: string; name?: string }[];
  responses: Record<string, { $ref?: string; content?: Record<string, unknown>; headers?: object }>;
  requestBody?: { content: Record<string, { schema: object }> };
}

const statuses = (operation: Described | undefined) => Object.keys(operation?.responses ?? {});

describe('the OpenAPI document', () => {
  it('is made of the routes, their schemas and what follows from them', async () => {
    const { paths, components } = await documentOf(ThingsController);
    const { get: list, post: create } = paths['/v2.1/things'] ?? {};
    expect(statuses(list)).toEqual(['200', '400', '401', '403', '406', '5XX']);
    expect(list).toMatchObject({ security: [{ token: [] }], description: anyone.description });
    expect(list?.parameters?.map(({ name, $ref }) => name ?? $ref)).toEqual([
      'limit',
      '#/components/parameters/compute-microversion',
    ]);
    expect(statuses(create)).toEqual(['201', '400', '401', '403', '406', '409', '413', '5XX']);
    expect(create?.requestBody?.content['application/json']?.schema).toMatchObject({
      properties: { size: { type: 'string' } },
      additionalProperties: false,
    });
    expect(Object.keys(create?.responses['201']?.headers ?? {})).toEqual(['Location']);
    expect(Object.keys(components['schemas'] ?? {})).toContain('Thing');
  });

  it('has each path of a handler, under an id of its own, versioned where it is', async () => {
    const { paths } = await documentOf(ThingsController);
    const ids = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(statuses(paths['/v2/things']?.['get'])).not.toContain('406');
  });

  it('gives HEAD no body, not even with an error', async () => {
    const { paths } = await documentOf(ThingsController);
    const look = paths['/v2/things/{id}']?.['head'];
    expect(statuses(look)).toEqual(['200', '400', '401', '403', '404', '5XX']);
    expect(Object.values(look?.responses ?? {}).some(({ content, $ref }) => content ?? $ref)).toBe(false);
  });

  it('tells errors in the form of the API they belong to', async () => {
    const { components } = await documentOf(ThingsController, ObjectsController);
    expect(components['responses']).toMatchObject({
      'nova-404': { content: { 'application/json': { schema: { required: ['itemNotFound'] } } } },
      'nova-401': { content: { 'application/json': { schema: { $ref: '#/components/schemas/KeystoneFault' } } } },
      'swift-404': { content: { 'text/html': {} } },
    });
  });

  it('takes a wildcard apart, and takes one that serves nothing for a slash at the end', async () => {
    const { paths } = await documentOf(ObjectsController);
    expect(Object.keys(paths)).toEqual([
      '/objects',
      '/objects/',
      '/objects/v1/{account}',
      '/objects/v1/{account}/{object}',
    ]);
    const object = paths['/objects/v1/{account}/{object}'] as unknown as Record<string, { COPY: Described }>;
    expect(statuses(object['x-additionalOperations']?.COPY)).toEqual(['201', '400', '404', '412', '5XX']);
  });

  it('is not made while a route says nothing, or not all it takes', async () => {
    @Controller('a')
    class SilentController {
      @Get()
      show() {
        return {};
      }
    }
    @Controller('b')
    class HalfController {
      @Post()
      @Operation({ answers: { 204: {} } })
      create(@Body() _body: unknown, @Query() _query: unknown): void {
        return undefined;
      }
    }
    await expect(documentOf(SilentController, HalfController)).rejects.toThrow(
      'SilentController.show: no @Operation\nHalfController.create: its body\nHalfController.create: its query',
    );
  });
});
