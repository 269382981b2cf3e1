import { Injectable } from '@nestjs/common';
import { SWIFT_CONSTRAINTS } from '@ocx/openstack-api/object-store/constraints';
import { metadataHeaders } from '@ocx/openstack-api/object-store/metadata';
import { encodeSwiftName, parseContainerObject } from '@ocx/openstack-api/object-store/path';
import { formatHttpDate, lastModifiedSeconds } from '@ocx/openstack-api/object-store/timestamps';
import {
  Forbidden,
  InvalidInput,
  NotFound,
  PayloadTooLarge,
  PreconditionFailed,
  RangeNotSatisfiable,
} from '@ocx/service-kit/errors';
import type { Account } from '../accounts/account.js';
import { ObjectBackend } from '../backend/object-backend.js';
import type { Container } from '../containers/container.js';
import { ContainersService } from '../containers/containers.service.js';
import { checkNames, type ObjectCall } from '../http/swift-call.js';
import type { SwiftReply } from '../http/swift-reply.js';
import { parseRanges } from './byte-ranges.js';
import { checkConditions } from './conditions.js';
import { type ObjectContent, openContent } from './object-content.js';
import { ObjectContentsService } from './object-contents.service.js';
import { describeObject, headerOf, isTrue } from './object-request.js';
import type { ObjectPlace } from './object-requests.js';
import { nowSeconds, parseIfNoneMatch, putReply } from './object-uploads.js';
import { type NewObject, ObjectsService, type PutResult } from './objects.service.js';
import type { ObjectDescription, StoredObject } from './stored-object.js';

interface Route {
  readonly account: Account;
  readonly from: { readonly container: Container; readonly name: string };
  readonly to: { readonly container: Container; readonly name: string };
}

/** Server-side copies within an account: `COPY` with `Destination`, and `PUT` with `X-Copy-From`. */
@Injectable()
export class ObjectCopies {
  constructor(
    private readonly containers: ContainersService,
    private readonly objects: ObjectsService,
    private readonly contents: ObjectContentsService,
    private readonly backend: ObjectBackend,
  ) {}

  async pull(call: ObjectCall, { account, container }: ObjectPlace): Promise<SwiftReply> {
    if (headerOf(call.headers, 'transfer-encoding') !== undefined || Number(call.headers['content-length'] ?? 0) > 0) {
      throw new InvalidInput('Copy requests require a zero byte body');
    }
    const source = parseContainerObject(headerOf(call.headers, 'x-copy-from') ?? '');
    if (!source) {
      throw new PreconditionFailed('X-Copy-From header must be of the form <container name>/<object name>');
    }
    checkAccount(call, 'x-copy-from-account');
    const from = { container: await this.containers.show(account, source.container), name: source.object };
    return this.copy(call, { account, from, to: { container, name: call.target.object } });
  }

  async push(call: ObjectCall, { account, container }: ObjectPlace): Promise<SwiftReply> {
    const destination = headerOf(call.headers, 'destination');
    if (destination === undefined) throw new PreconditionFailed('Destination header required');
    const target = parseContainerObject(destination);
    if (!target) {
      throw new PreconditionFailed('Destination header must be of the form <container name>/<object name>');
    }
    checkAccount(call, 'destination-account');
    checkNames({ kind: 'object', account: call.target.account, ...target });
    const to = { container: await this.containers.show(account, target.container), name: target.object };
    return this.copy(call, { account, from: { container, name: call.target.object }, to });
  }

  private async copy(call: ObjectCall, route: Route): Promise<SwiftReply> {
    const source = await this.objects.show(route.from.container, route.from.name);
    const asManifest = call.query.get('multipart-manifest') === 'get';
    const content = await this.contents.resolve(route.account.id, source, asManifest);
    checkSource(call, content);
    const description = copiedDescription(call, source, content.large !== undefined, route.to.name);
    const segments = asManifest && source.segments ? source.segments : undefined;
    const mustBeNew = parseIfNoneMatch(call);
    const object: NewObject = { name: route.to.name, description, mustBeNew, ...(segments ? { segments } : {}) };
    const result = await this.store(call, route.to.container, object, content);
    return putReply(result, result.md5, {
      'X-Copied-From': encodeSwiftName(`${route.from.container.name}/${route.from.name}`),
      'X-Copied-From-Account': encodeURIComponent(call.target.account),
      'X-Copied-From-Last-Modified': formatHttpDate(lastModifiedSeconds(source.timestamp)),
      ...metadataHeaders('object', description.metadata),
    });
  }

  private async store(
    call: ObjectCall,
    container: Container,
    object: NewObject,
    content: ObjectContent,
  ): Promise<PutResult> {
    const spans = parseRanges(headerOf(call.headers, 'range'), content.length);
    if (!spans && content.large === undefined) return this.objects.putClone(container, object, content.object);
    const [span] = spans ?? [];
    if (spans && (!span || spans.length > 1)) throw new RangeNotSatisfiable('A copy takes one range of the source.');
    return this.objects.put(container, object, await openContent(this.backend, content, span));
  }
}

function checkAccount(call: ObjectCall, header: string): void {
  const account = headerOf(call.headers, header);
  if (account === undefined || decodeURIComponentSafely(account) === call.target.account) return;
  throw new Forbidden('Access was denied to this resource.');
}

function decodeURIComponentSafely(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function checkSource(call: ObjectCall, content: ObjectContent): void {
  if (content.length > SWIFT_CONSTRAINTS.max_file_size) throw new PayloadTooLarge('Your request is too large.');
  // `If-None-Match` speaks of the destination here.
  const headers = { ...call.headers, 'if-none-match': undefined };
  const verdict = checkConditions(headers, { etag: content.etag, timestamp: content.object.timestamp });
  if (verdict === 'precondition-failed') throw new PreconditionFailed('The source does not meet the conditions.');
  if (verdict === 'not-modified') throw new NotFound('The source was not modified since.');
}

/** The source's description with the request's laid over it, or the request's alone with `X-Fresh-Metadata`. */
function copiedDescription(
  call: ObjectCall,
  source: StoredObject,
  flattened: boolean,
  name: string,
): ObjectDescription {
  const own = describeObject(call.headers, name, nowSeconds());
  const contentType = headerOf(call.headers, 'content-type') === undefined ? source.contentType : own.contentType;
  if (isTrue(headerOf(call.headers, 'x-fresh-metadata'))) return { ...own, contentType };
  const { 'x-object-manifest': manifest, ...kept } = source.headers;
  const inherited = flattened || manifest === undefined ? kept : { ...kept, 'x-object-manifest': manifest };
  return {
    contentType,
    headers: { ...inherited, ...own.headers },
    metadata: { ...source.metadata, ...own.metadata },
    deleteAt: own.deleteAt ?? source.deleteAt,
  };
}
