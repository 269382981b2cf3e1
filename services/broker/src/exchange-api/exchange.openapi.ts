import { z } from 'zod';
import { EndRequest, EnrolmentRequest, EXCHANGE_ANSWERS, GrantRequest, QuoteRequest } from './exchange.schemas.js';
import { Page, ReceiptsPage } from './pagination.js';

interface Route {
  readonly answer: z.ZodType;
  readonly status?: number;
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  /** Needs an `Idempotency-Key`. */
  readonly idempotent?: boolean;
}

/** What every route of `/exchange/v1` takes and answers. */
export const EXCHANGE_ROUTES: Readonly<Record<string, Route>> = {
  'get /exchange/v1': { answer: EXCHANGE_ANSWERS.info },
  'get /exchange/v1/landlords': { answer: EXCHANGE_ANSWERS.landlords },
  'post /exchange/v1/landlords': { answer: EXCHANGE_ANSWERS.enrolment, body: EnrolmentRequest, status: 201 },
  'get /exchange/v1/landlords/{id}': { answer: EXCHANGE_ANSWERS.landlord },
  'get /exchange/v1/landlords/{id}/misbehaviour': { answer: EXCHANGE_ANSWERS.misbehaviour },
  'post /exchange/v1/landlords/enrolment-codes': { answer: EXCHANGE_ANSWERS.enrolmentCode, status: 201 },
  'get /exchange/v1/offers': { answer: EXCHANGE_ANSWERS.offers },
  'post /exchange/v1/quotes': { answer: EXCHANGE_ANSWERS.quote, body: QuoteRequest },
  'get /exchange/v1/inventory': { answer: EXCHANGE_ANSWERS.inventory },
  'get /exchange/v1/orders': { answer: EXCHANGE_ANSWERS.orders, query: Page },
  'get /exchange/v1/orders/{id}': { answer: EXCHANGE_ANSWERS.order },
  'get /exchange/v1/leases': { answer: EXCHANGE_ANSWERS.leases, query: Page },
  'get /exchange/v1/leases/{id}': { answer: EXCHANGE_ANSWERS.lease },
  'get /exchange/v1/leases/{id}/receipts': { answer: EXCHANGE_ANSWERS.receipts, query: ReceiptsPage },
  'post /exchange/v1/leases/{id}/end': { answer: EXCHANGE_ANSWERS.lease, body: EndRequest, idempotent: true },
  'get /exchange/v1/accounts': { answer: EXCHANGE_ANSWERS.accounts },
  'get /exchange/v1/accounts/{project_id}': { answer: EXCHANGE_ANSWERS.account },
  'post /exchange/v1/accounts/{project_id}/grants': {
    answer: EXCHANGE_ANSWERS.account,
    body: GrantRequest,
    status: 201,
    idempotent: true,
  },
  'get /exchange/v1/statements': { answer: EXCHANGE_ANSWERS.statements, query: Page },
};

const PROBLEM = {
  description: 'RFC 9457 problem',
  content: { 'application/problem+json': { schema: { type: 'object', additionalProperties: true } } },
};

/** The part of an OpenAPI document that is written here. */
export interface DocumentedPaths {
  readonly paths: Record<string, Partial<Record<string, Operation>>>;
}

interface Operation {
  parameters?: unknown[];
  requestBody?: unknown;
  responses?: unknown;
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _dialect, ...body } = z.toJSONSchema(schema, { io, unrepresentable: 'any', metadata: z.registry() });
  return body;
}

function queryParameters(query: z.ZodObject): unknown[] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any', metadata: z.registry() });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

/**
 * Writes bodies and answers of `/exchange/v1` into the document. They stand in a table and not in decorators, so that a
 * running broker loads no documentation tool. Throws for a route that is in one and not in the other.
 */
export function describeExchange({ paths }: DocumentedPaths): void {
  const left = new Set(Object.keys(EXCHANGE_ROUTES));
  for (const [path, operations] of Object.entries(paths)) {
    if (!/^\/exchange\/v1(?:\/|$)/.test(path)) continue;
    for (const [method, operation] of Object.entries(operations)) {
      const key = `${method} ${path}`;
      const route = EXCHANGE_ROUTES[key];
      if (!route || !operation) throw new Error(`${key} is not described.`);
      left.delete(key);
      describeRoute(operation, route);
    }
  }
  if (left.size > 0) throw new Error(`No such route: ${[...left].join(', ')}`);
}

function describeRoute(operation: Operation, { answer, status, body, query, idempotent }: Route): void {
  const own = (operation.parameters ?? []).filter((parameter) => (parameter as { in?: string }).in === 'path');
  const key = { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string', maxLength: 128 } };
  operation.parameters = [...own, ...(query ? queryParameters(query) : []), ...(idempotent === true ? [key] : [])];
  if (body) {
    const required = !body.safeParse(undefined).success;
    operation.requestBody = { required, content: { 'application/json': { schema: schemaOf(body, 'input') } } };
  }
  operation.responses = {
    [String(status ?? 200)]: {
      description: 'done',
      content: { 'application/json': { schema: schemaOf(answer, 'output') } },
    },
    default: PROBLEM,
  };
}
