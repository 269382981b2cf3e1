import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { parseContainerObject } from '@ocx/openstack-api/object-store/path';
import { InvalidInput, PreconditionFailed } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { Region } from '../regions/region.js';
import { ContainerPlacement, type HeldContainer } from './container-placement.service.js';
import { requestHeaders } from './swift-headers.js';
import { landlordPath, type SwiftRequest } from './swift-request.js';
import { type SwiftReply, SwiftTransfer } from './swift-transfer.js';

interface Named {
  readonly container: string;
  readonly object: string;
}

/** The two ends of a copy, or undefined for a request that is none. */
export function copyOf({ method, target, headers }: SwiftRequest): { from: Named; to: Named } | undefined {
  if (target.kind !== 'object') return undefined;
  const here = { container: target.container, object: target.object };
  if (headers['destination-account'] !== undefined || headers['x-copy-from-account'] !== undefined) {
    throw new InvalidInput('Copies between accounts are not supported.');
  }
  const header = method === 'COPY' ? headers['destination'] : method === 'PUT' ? headers['x-copy-from'] : undefined;
  if (header === undefined && method !== 'COPY') return undefined;
  const other = typeof header === 'string' ? parseContainerObject(header) : undefined;
  if (!other)
    throw new PreconditionFailed('The other end of a copy must be of the form <container name>/<object name>');
  return method === 'COPY' ? { from: here, to: other } : { from: other, to: here };
}

// What describes the old bytes or the old request, not the object.
const NOT_COPIED = new Set(['x-copy-from', 'destination', 'content-length', 'x-fresh-metadata', 'range', 'etag']);
const CARRIED = /^(?:content-type|content-encoding|content-disposition|x-delete-at|x-object-meta-.+)$/;

/** A copy whose ends are at two landlords: read from one, written to the other, nothing kept on the way. */
@Injectable()
export class ObjectCopies {
  constructor(
    private readonly placement: ContainerPlacement,
    private readonly transfer: SwiftTransfer,
  ) {}

  async run(
    caller: Principal,
    region: Region,
    request: SwiftRequest,
    raw: IncomingMessage,
    signal: AbortSignal,
  ): Promise<SwiftReply | undefined> {
    const copy = copyOf(request);
    if (!copy) return undefined;
    const from = await this.placement.find(request.projectId, region, copy.from.container);
    const to = await this.placement.find(request.projectId, region, copy.to.container);
    if (from.landlord.id === to.landlord.id) {
      // A COPY names its own object in the URL, a PUT the new one; both are known at this landlord.
      const path = `${landlordPath(request.target)}${request.query}`;
      return this.transfer.forward(caller, from.landlord, { method: request.method, path, raw, signal });
    }
    return this.across(caller, request, { ...copy, source: from, sink: to }, raw, signal);
  }

  private async across(
    caller: Principal,
    request: SwiftRequest,
    copy: { from: Named; to: Named; source: HeldContainer; sink: HeldContainer },
    raw: IncomingMessage,
    signal: AbortSignal,
  ): Promise<SwiftReply> {
    const account = { kind: 'object' as const, account: `AUTH_${request.projectId}` };
    const range = raw.headers.range;
    const source = await this.transfer.send(caller, copy.source.landlord, {
      method: 'GET',
      path: `${landlordPath({ ...account, ...copy.from })}${request.query}`,
      headers: range === undefined ? {} : { range },
      signal,
    });
    const { body, headers } = source;
    if (!body) throw new PreconditionFailed('The source of the copy has no content to read.');
    const length = headers['content-length'];
    if (headers['x-object-manifest'] !== undefined && length === undefined) {
      body.destroy();
      throw new InvalidInput('A manifest cannot be copied to another landlord.');
    }
    const fresh = /^(?:true|1|yes)$/i.test(String(raw.headers['x-fresh-metadata'] ?? ''));
    const own = Object.entries(requestHeaders(raw.headers)).filter(([name]) => !NOT_COPIED.has(name));
    const carried = Object.entries(headers).filter(
      ([name]) => CARRIED.test(name) && !(fresh && name.startsWith('x-object-meta-')),
    );
    try {
      const reply = await this.transfer.send(caller, copy.sink.landlord, {
        method: 'PUT',
        path: landlordPath({ ...account, ...copy.to }),
        headers: {
          ...Object.fromEntries(carried),
          ...Object.fromEntries(own),
          ...(length === undefined ? {} : { 'content-length': length }),
        },
        body,
        signal,
      });
      return { ...reply, headers: { ...reply.headers, 'x-copied-from': copiedFrom(copy.from) } };
    } catch (error) {
      body.destroy();
      throw error;
    }
  }
}

const copiedFrom = ({ container, object }: Named) =>
  `${encodeURIComponent(container)}/${encodeURIComponent(object).replaceAll('%2F', '/')}`;
