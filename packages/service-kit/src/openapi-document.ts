import { writeFile } from 'node:fs/promises';
import type { INestApplication } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type {
  CreateDocumentOptions,
  oas31,
  ZodOpenApiOperationObject,
  ZodOpenApiPathItemObject,
  ZodOpenApiSecuritySchemeObject,
} from 'zod-openapi';
import { type ApiOptions, type Authentication, operationObject } from './openapi-operation.js';
import { type OperationDescription, operationOf, operationsBelow } from './operation.js';
import { type Route, routesOf } from './routes.js';

export interface DocumentOptions extends ApiOptions {
  readonly info: { readonly title: string; readonly description: string; readonly version: string };
}

export type OpenApiDocument = ReturnType<typeof import('zod-openapi').createDocument>;

const METHODS = ['get', 'put', 'post', 'delete', 'head', 'patch'] as const;
type Method = (typeof METHODS)[number];

const SCHEMES: Readonly<Record<Authentication, ZodOpenApiSecuritySchemeObject>> = {
  token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'A token of Keystone’s API' },
  landlordToken: {
    type: 'http',
    scheme: 'DPoP',
    description: 'A landlord token with the proof of its key in the header `DPoP` (RFC 9449), docs/protocol.md',
  },
  clientAssertion: { type: 'http', scheme: 'bearer', description: 'A client assertion (RFC 7523), docs/protocol.md' },
};

// A bound that every integer in JSON has says nothing.
const withoutIdleBounds: CreateDocumentOptions['override'] = ({ jsonSchema }) => {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
};

/**
 * The service's OpenAPI 3.1 document, from its routes and their `@Operation`. A running service never makes it, so what
 * makes it is loaded here.
 * @param app may be in Nest's preview mode: nothing is instantiated
 * @throws Error naming every route without an `@Operation`, or with one that leaves out what its handler takes
 */
export async function openApiDocument(app: INestApplication, options: DocumentOptions): Promise<OpenApiDocument> {
  const { createDocument } = await import('zod-openapi');
  const documented = documentedOperations(routesOf(app));
  const paths: Record<string, ZodOpenApiPathItemObject> = {};
  const ids = new Map<string, number>();
  const copies: string[] = [];
  for (const { route, path, description } of documented) {
    const operation = withUniqueId(operationObject(route, path, description, options), ids);
    const method = METHODS.find((one): one is Method => one.toUpperCase() === route.method);
    // Only the methods that OpenAPI knows are read for schemas: Swift's COPY waits under a path of its own.
    if (!method) copies.push(path);
    const key = method ? path : copyOf(path);
    paths[key] = { ...paths[key], [method ?? 'post']: operation };
  }
  const document = createDocument(
    { openapi: '3.1.1', info: options.info, paths, components: { securitySchemes: schemesOf(documented, options) } },
    { override: withoutIdleBounds },
  );
  for (const path of copies) moveCopy(document.paths ?? {}, path);
  return document;
}

/** Writes the document where it is committed. */
export async function writeDocument(file: URL, document: OpenApiDocument): Promise<void> {
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
}

interface Documented {
  readonly route: Route;
  readonly path: string;
  readonly description: OperationDescription;
}

function documentedOperations(routes: readonly Route[]): Documented[] {
  const untold = new Set(routes.flatMap((route) => whatIsUntold(route).map((what) => `${route.handler}: ${what}`)));
  if (untold.size > 0) throw new Error(`Not described:\n${[...untold].join('\n')}`);
  return routes.flatMap((route) => {
    const below = operationsBelow(route.target);
    const own = operationOf(route.target);
    if (below) return Object.entries(below).map(([name, description]) => documentedAt(route, description, name));
    return own ? [documentedAt(route, own)] : [];
  });
}

/** What a handler takes and its `@Operation` does not say. */
function whatIsUntold(route: Route): string[] {
  if (operationsBelow(route.target)) return [];
  const operation = operationOf(route.target);
  if (!operation) return ['no @Operation'];
  return [
    ...(takes(route, RouteParamtypes.BODY) && !operation.body ? ['its body'] : []),
    ...(takes(route, RouteParamtypes.QUERY) && !operation.query ? ['its query'] : []),
  ];
}

/** Nest keeps a handler's parameters under keys such as `3:0`: the kind, and the place. */
function takes({ controller, name }: Route, kind: RouteParamtypes): boolean {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as object | undefined;
  return Object.keys(parameters ?? {}).some((key) => key.startsWith(`${kind}:`));
}

/** A wildcard whose handler names nothing below it is there for a slash at the end. */
function documentedAt(route: Route, description: OperationDescription, wildcard = ''): Documented {
  const path = route.path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, wildcard);
  return { route, path, description };
}

function withUniqueId(operation: ZodOpenApiOperationObject, ids: Map<string, number>): ZodOpenApiOperationObject {
  const id = operation.operationId ?? '';
  const seen = (ids.get(id) ?? 0) + 1;
  ids.set(id, seen);
  return seen === 1 ? operation : { ...operation, operationId: `${id}.${seen}` };
}

function schemesOf(documented: readonly Documented[], { authentication }: ApiOptions) {
  const used = new Set(documented.flatMap(({ path }) => [...authentication(path)]));
  return Object.fromEntries([...used].map((scheme) => [scheme, SCHEMES[scheme]]));
}

const copyOf = (path: string): string => `/COPY${path}`;

/** OpenAPI 3.2 calls this field `additionalOperations`; in 3.1 it is an extension. */
function moveCopy(paths: oas31.PathsObject, path: string): void {
  const operation = paths[copyOf(path)]?.post;
  paths[path] = { ...paths[path], 'x-additionalOperations': { COPY: operation } };
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the place where it waited
  delete paths[copyOf(path)];
}
