import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parseContainerObject } from '@ocx/openstack-api/object-store/path';
import { Conflict } from '@ocx/service-kit/errors';
import type { Container } from '../containers/container.js';
import { ContainersRepository } from '../containers/containers.repository.js';
import { segmentLength, sloEtag, sloLength } from '../large-objects/slo.js';
import type { ContentPart, ObjectContent } from './object-content.js';
import { ObjectsRepository } from './objects.repository.js';
import { isExpired, type ManifestSegment, manifestPrefixOf, type StoredObject } from './stored-object.js';

/** Segments of a dynamic large object that are looked at: one listing. */
export const DLO_MAX_SEGMENTS = 10_000;

const wholeOf = (object: StoredObject): ContentPart => ({ blobId: object.blobId, start: 0, length: object.size });

/** Finds the bytes behind an object: its own, or its segments'. */
@Injectable()
export class ObjectContentsService {
  constructor(
    private readonly containers: ContainersRepository,
    private readonly objects: ObjectsRepository,
  ) {}

  /** With `asManifest` a static large object is taken for its manifest. */
  async resolve(accountId: string, object: StoredObject, asManifest = false): Promise<ObjectContent> {
    if (object.segments && !asManifest) return this.resolveStatic(accountId, object, object.segments);
    const manifest = manifestPrefixOf(object);
    if (manifest !== undefined && !asManifest) return this.resolveDynamic(accountId, object, manifest);
    return { object, etag: object.md5, length: object.size, large: undefined, parts: [wholeOf(object)] };
  }

  /** Length and Etag as a listing or HEAD shows them, without looking at the segments. */
  async summarize(accountId: string, object: StoredObject): Promise<Omit<ObjectContent, 'parts'>> {
    const { segments } = object;
    if (!segments) return this.resolve(accountId, object);
    return { object, etag: sloEtag(segments), length: sloLength(segments), large: 'slo' };
  }

  private async resolveStatic(
    accountId: string,
    object: StoredObject,
    segments: readonly ManifestSegment[],
  ): Promise<ObjectContent> {
    const found = await this.findSegments(accountId, segments);
    const parts = segments.map((segment): ContentPart => {
      const row = found.get(`${segment.container}/${segment.object}`);
      if (row?.md5 !== segment.hash || row.size !== segment.bytes) {
        throw new Conflict(`Segment ${segment.container}/${segment.object} of the object is missing or was changed.`);
      }
      return { blobId: row.blobId, start: segment.range?.start ?? 0, length: segmentLength(segment) };
    });
    return { object, etag: sloEtag(segments), length: sloLength(segments), large: 'slo', parts };
  }

  /** The segments' rows by `container/object`; those that are gone are missing. */
  async findSegments(
    accountId: string,
    segments: readonly { container: string; object: string }[],
  ): Promise<Map<string, StoredObject>> {
    const names = new Map<string, Set<string>>();
    for (const { container, object } of segments) {
      names.set(container, (names.get(container) ?? new Set()).add(object));
    }
    const found = new Map<string, StoredObject>();
    const now = Date.now() / 1000;
    for (const [name, wanted] of names) {
      const container = await this.containers.find(accountId, name);
      if (!container) continue;
      for (const row of await this.objects.findMany(container.id, [...wanted])) {
        if (!isExpired(row, now)) found.set(`${name}/${row.name}`, row);
      }
    }
    return found;
  }

  private async resolveDynamic(accountId: string, object: StoredObject, manifest: string): Promise<ObjectContent> {
    const target = parseContainerObject(manifest);
    const container = target && (await this.containers.find(accountId, target.container));
    const rows = target && container ? await this.listSegments(container, target.object) : [];
    const hash = createHash('md5');
    for (const row of rows) hash.update(row.md5);
    const length = rows.reduce((total, row) => total + row.size, 0);
    return { object, etag: `"${hash.digest('hex')}"`, length, large: 'dlo', parts: rows.map(wholeOf) };
  }

  private async listSegments(container: Container, prefix: string): Promise<StoredObject[]> {
    const range = { prefix, marker: '', endMarker: '', reverse: false };
    const rows = await this.objects.list(container.id, range, DLO_MAX_SEGMENTS);
    const now = Date.now() / 1000;
    return rows.filter((row) => !isExpired(row, now));
  }
}
