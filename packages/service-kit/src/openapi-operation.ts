import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type {
  ZodOpenApiContentObject,
  ZodOpenApiOperationObject,
  ZodOpenApiResponseObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { accessOf } from './auth.js';
import type { FaultStyle } from './fault.js';
import { faultContent } from './fault-schema.js';
import { formatMicroversion, type MicroversionOptions } from './microversion.js';
import type { Answer, Content, OperationDescription } from './operation.js';
import type { Route } from './routes.js';

/** How a caller says who they are. Of several, one is enough. */
export type Authentication = 'token' | 'landlordToken' | 'clientAssertion';

export type ApiMicroversions = Pick<MicroversionOptions, 'service' | 'legacyHeader' | 'min' | 'max' | 'applies'>;

/** What holds for every route of the API that a path belongs to. */
export interface ApiOptions {
  readonly faultStyle: (path: string) => FaultStyle;
  readonly authentication: (path: string) => readonly Authentication[];
  readonly microversions?: readonly ApiMicroversions[];
}

const AUTHENTICATE = z.object({ 'WWW-Authenticate': z.string() });
const RETRY_AFTER = z.object({ 'Retry-After': z.string().optional().describe('seconds') });

/** One operation of a route, at `path` as OpenAPI writes it. */
export function operationObject(
  route: Route,
  path: string,
  description: OperationDescription,
  api: ApiOptions,
): ZodOpenApiOperationObject {
  const access = accessOf(route.target, route.controller);
  const microversions = api.microversions?.find(({ applies }) => applies(path));
  return {
    operationId: route.handler,
    tags: [route.controller.name.replace(/Controller$/, '')],
    ...(access === 'public' || !access ? {} : { description: access.description }),
    ...(access === 'public' || !access?.personas ? {} : { 'x-personas': [...access.personas] }),
    security: access === 'public' ? [] : api.authentication(path).map((scheme) => ({ [scheme]: [] })),
    requestParams: {
      ...(parametersOf(path).length > 0 ? { path: pathParameters(path) } : {}),
      ...(description.query ? { query: description.query } : {}),
      ...headerParameters(description, microversions),
    },
    ...(description.body
      ? { requestBody: { required: description.bodyOptional !== true, content: contentOf(description.body) } }
      : {}),
    responses: {
      ...answers(route, description),
      ...refusals(route, path, description, api, microversions !== undefined),
    },
  };
}

const parametersOf = (path: string): string[] => [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');

const pathParameters = (path: string) =>
  z.object(Object.fromEntries(parametersOf(path).map((name) => [name, z.string()])));

function headerParameters(description: OperationDescription, microversions: ApiMicroversions | undefined) {
  const headers = { ...description.headers?.shape, ...(microversions ? versionHeaders(microversions) : {}) };
  return Object.keys(headers).length > 0 ? { header: z.object(headers) } : {};
}

function versionHeaders({ service, legacyHeader, min, max }: ApiMicroversions): z.ZodRawShape {
  const range = `from ${formatMicroversion(min)}, which is the default, to ${formatMicroversion(max)}, or \`latest\``;
  const common = { 'OpenStack-API-Version': parameter(`${service}-microversion`, `\`${service} X.Y\`: ${range}`) };
  if (legacyHeader === undefined) return common;
  return { ...common, [legacyHeader]: parameter(`${service}-legacy-microversion`, `\`X.Y\`: ${range}`) };
}

function refusalHeaders(style: FaultStyle, status: number | '5XX'): { headers?: z.ZodObject } {
  if (status === '5XX') return { headers: RETRY_AFTER };
  // A client that proves itself in a form is not told of a scheme of the header.
  return status === 401 && style !== 'oauth' ? { headers: AUTHENTICATE } : {};
}

// Components of the document, so each is one object wherever it is.
const PARAMETERS = new Map<string, z.ZodType>();
const REFUSALS = new Map<string, ZodOpenApiResponseObject>();

function parameter(id: string, description: string): z.ZodType {
  const schema = PARAMETERS.get(id) ?? z.string().optional().meta({ description, param: { id } });
  PARAMETERS.set(id, schema);
  return schema;
}

function contentOf(content: Content): ZodOpenApiContentObject {
  const byType = content instanceof z.ZodType ? { 'application/json': content } : content;
  return Object.fromEntries(Object.entries(byType).map(([type, schema]) => [type, { schema }]));
}

// The answer to HEAD has the headers of a GET's, and no body.
function answers(route: Route, description: OperationDescription): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(description.answers).map(([status, given]): [string, ZodOpenApiResponseObject] => {
      const { body, headers }: Answer = given instanceof z.ZodType ? { body: given } : given;
      return [
        status,
        {
          description: STATUS_CODES[status] ?? '',
          ...(headers ? { headers } : {}),
          ...(body && route.method !== 'HEAD' ? { content: contentOf(body) } : {}),
        },
      ];
    }),
  );
}

/** What follows from the route itself, and what its description adds, in the error form of its API. */
function refusals(
  route: Route,
  path: string,
  { answers: answered, body, query, headers, errors = [] }: OperationDescription,
  api: ApiOptions,
  versioned: boolean,
): ZodOpenApiResponsesObject {
  const guarded = accessOf(route.target, route.controller) !== 'public';
  const named = parametersOf(path).length > 0;
  const statuses = new Set([
    ...(body || query || headers || named || versioned ? [400] : []),
    ...(guarded ? [401, 403] : []),
    ...(named ? [404] : []),
    ...(versioned ? [406] : []),
    ...(body ? [413] : []),
    ...errors,
  ]);
  const style = api.faultStyle(path);
  const known = [...statuses].filter((status) => !(status in answered)).sort((one, other) => one - other);
  return Object.fromEntries(
    [...known, '5XX' as const].map((status) => [String(status), refusal(style, status, route.method === 'HEAD')]),
  );
}

function refusal(style: FaultStyle, status: number | '5XX', bare: boolean): ZodOpenApiResponseObject {
  const id = `${style}-${status}`;
  const known = bare ? undefined : REFUSALS.get(id);
  if (known) return known;
  const headers = refusalHeaders(style, status);
  const description = status === '5XX' ? 'A failure that is not the caller’s' : (STATUS_CODES[status] ?? '');
  if (bare) return { description, ...headers };
  const response = { id, description, ...headers, content: contentOf(faultContent(style, status)) };
  REFUSALS.set(id, response);
  return response;
}
