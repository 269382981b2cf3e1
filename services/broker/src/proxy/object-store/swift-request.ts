import type { IncomingHttpHeaders } from 'node:http';
import {
  containerNameProblem,
  objectNameProblem,
  parseSwiftPath,
  type SwiftTarget,
} from '@ocx/openstack-api/object-store/path';
import { RESELLER_PREFIX } from '@ocx/openstack-api/object-store/constraints';
import { Forbidden, InvalidInput, PreconditionFailed } from '@ocx/service-kit/errors';
import type { MarkedRequest } from '@ocx/service-kit/service-request';

/** A Swift request read from its request line alone: routers decode and split otherwise than Swift does. */
export interface SwiftRequest {
  readonly method: string;
  readonly region: string;
  readonly projectId: string;
  readonly target: SwiftTarget;
  /** With its `?`, as it was sent; empty without one. */
  readonly query: string;
  readonly parameters: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

const LINE = /^\/regions\/([^/?]+)\/object-store(\/[^?]*)?(\?.*)?$/s;

/** Throws what Swift answers: 412 for a URL that names nothing, 403 for another project's account. */
export function readSwiftRequest(
  raw: Pick<MarkedRequest, 'method' | 'url' | 'originalUrl' | 'headers'>,
  projectId: string,
): SwiftRequest {
  const match = LINE.exec(raw.originalUrl ?? raw.url ?? '');
  const parsed = parseSwiftPath(match?.[2] ?? '/');
  if ('problem' in parsed) {
    if (parsed.problem === 'bad-version') throw new InvalidInput('Unsupported API version');
    throw new PreconditionFailed(parsed.problem === 'invalid-utf8' ? 'Invalid UTF8 or contains NULL' : 'Bad URL');
  }
  if (parsed.account !== `${RESELLER_PREFIX}${projectId}`) {
    throw new Forbidden('Access was denied to this resource.');
  }
  const problem =
    parsed.kind === 'account'
      ? undefined
      : (containerNameProblem(parsed.container) ??
        (parsed.kind === 'object' ? objectNameProblem(parsed.object) : undefined));
  if (problem !== undefined && raw.method === 'PUT') throw new InvalidInput(problem);
  const query = match?.[3] ?? '';
  return {
    method: raw.method ?? 'GET',
    region: match?.[1] ?? '',
    projectId,
    target: parsed,
    query,
    parameters: new URLSearchParams(query),
    headers: raw.headers,
  };
}

// Every byte that is not unreserved is escaped: a name with dots or a NUL-like trick stays one name at the landlord.
function escaped(name: string): string {
  return encodeURIComponent(name).replace(/\./g, '%2E');
}

/** The path at a landlord: built anew from decoded names, so nothing of the tenant's spelling gets through. */
export function landlordPath(target: SwiftTarget): string {
  const account = `/v1/${encodeURIComponent(target.account)}`;
  if (target.kind === 'account') return account;
  const container = `${account}/${escaped(target.container)}`;
  if (target.kind === 'container') return container;
  return `${container}/${target.object.split('/').map(escaped).join('/')}`;
}
