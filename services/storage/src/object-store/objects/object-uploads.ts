import { Readable } from 'node:stream';
import { HttpException, Injectable } from '@nestjs/common';
import { SWIFT_CONSTRAINTS } from '@ocx/openstack-api/object-store/constraints';
import { formatHttpDate, lastModifiedSeconds } from '@ocx/openstack-api/object-store/timestamps';
import { InvalidInput, PayloadTooLarge, PreconditionFailed } from '@ocx/service-kit/errors';
import { collectBody, type ObjectCall } from '../http/swift-call.js';
import { emptyReply, type SwiftReply } from '../http/swift-reply.js';
import { ManifestsService } from '../large-objects/manifests.service.js';
import { SLO_LIMITS } from '../large-objects/slo.js';
import { describeObject, headerOf } from './object-request.js';
import type { ObjectPlace } from './object-requests.js';
import { ObjectsService, type PutResult } from './objects.service.js';

const LENGTH_REQUIRED = 411;

/** PUT, POST and DELETE of objects. */
@Injectable()
export class ObjectUploads {
  constructor(
    private readonly objects: ObjectsService,
    private readonly manifests: ManifestsService,
  ) {}

  async put(call: ObjectCall, place: ObjectPlace): Promise<SwiftReply> {
    checkLength(call);
    if (call.query.get('multipart-manifest') === 'put') return this.putManifest(call, place);
    const object = await this.newObject(call, place);
    const expectedMd5 = headerOf(call.headers, 'etag')?.replaceAll('"', '').toLowerCase();
    const result = await this.objects.put(place.container, { ...object, expectedMd5 }, call.openBody());
    return putReply(result, result.md5);
  }

  async describe(call: ObjectCall, { container }: ObjectPlace): Promise<SwiftReply> {
    const { object: name } = call.target;
    const description = describeObject(call.headers, name, nowSeconds());
    const current = await this.objects.show(container, name);
    const contentType =
      headerOf(call.headers, 'content-type') === undefined ? current.contentType : description.contentType;
    await this.objects.describe(container, name, { ...description, contentType });
    return emptyReply(202);
  }

  async remove(call: ObjectCall, place: ObjectPlace): Promise<SwiftReply> {
    if (call.query.get('multipart-manifest') === 'delete') return this.manifests.remove(call, place);
    await this.objects.remove(place.container, call.target.object);
    return emptyReply(204);
  }

  private async putManifest(call: ObjectCall, place: ObjectPlace): Promise<SwiftReply> {
    const max = SLO_LIMITS.max_manifest_size;
    const text = await collectBody(call.openBody(), max, () => new PayloadTooLarge('Your request is too large.'));
    const segments = await this.manifests.parse(place.account, text);
    const etag = this.manifests.checkEtag(segments, headerOf(call.headers, 'etag'));
    const object = await this.newObject(call, place);
    const result = await this.objects.put(place.container, { ...object, segments }, Readable.from([text]));
    return putReply(result, etag);
  }

  private async newObject(call: ObjectCall, { container }: ObjectPlace) {
    const { object: name } = call.target;
    const description = describeObject(call.headers, name, nowSeconds());
    const mustBeNew = parseIfNoneMatch(call);
    // Asked before the upload to spare it, and again when it is committed.
    if (mustBeNew && (await this.objects.find(container, name))) throw new PreconditionFailed('The object exists.');
    return { name, description, mustBeNew };
  }
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Whether the name must be free. Throws {@link InvalidInput} for a condition that Swift has not. */
export function parseIfNoneMatch(call: ObjectCall): boolean {
  const condition = headerOf(call.headers, 'if-none-match');
  if (condition !== undefined && condition.trim() !== '*') throw new InvalidInput('If-None-Match only supports *');
  return condition !== undefined;
}

/** 201, or Swift's 202 when a later PUT stands. */
export function putReply(result: PutResult, etag: string, headers: SwiftReply['headers'] = {}): SwiftReply {
  const lastModified = formatHttpDate(lastModifiedSeconds(result.timestamp));
  return emptyReply(result.superseded ? 202 : 201, { Etag: etag, 'Last-Modified': lastModified, ...headers });
}

function checkLength(call: ObjectCall): void {
  const length = headerOf(call.headers, 'content-length');
  if (length === undefined && headerOf(call.headers, 'transfer-encoding') === undefined) {
    throw new HttpException('Missing Content-Length header.', LENGTH_REQUIRED);
  }
  if (Number(length ?? 0) > SWIFT_CONSTRAINTS.max_file_size) throw new PayloadTooLarge('Your request is too large.');
}
