import { Injectable } from '@nestjs/common';
import { SloSegment } from '@ocx/openstack-api/object-store/listings';
import { InvalidInput, PayloadTooLarge, UnprocessableInput } from '@ocx/service-kit/errors';
import { z } from 'zod';
import type { Account } from '../accounts/account.js';
import type { ObjectCall } from '../http/swift-call.js';
import type { SwiftReply } from '../http/swift-reply.js';
import { parseRanges } from '../objects/byte-ranges.js';
import { ObjectContentsService } from '../objects/object-contents.service.js';
import type { ObjectPlace } from '../objects/object-requests.js';
import { ObjectsService } from '../objects/objects.service.js';
import type { ManifestSegment, StoredObject } from '../objects/stored-object.js';
import { BulkDelete } from './bulk-delete.js';
import { SLO_LIMITS, sloEtag } from './slo.js';

const Manifest = z.array(SloSegment).min(1);

/** Static large objects: a manifest that names segments, checked against them when it is put. */
@Injectable()
export class ManifestsService {
  constructor(
    private readonly contents: ObjectContentsService,
    private readonly objects: ObjectsService,
    private readonly bulk: BulkDelete,
  ) {}

  /** Reads a manifest and finds its segments. Throws {@link InvalidInput} that names every segment that does not fit. */
  async parse(account: Account, text: Buffer): Promise<ManifestSegment[]> {
    const entries = parseManifest(text);
    const places = entries.map((entry) => placeOf(entry));
    const found = await this.contents.findSegments(account.id, places);
    const problems: string[] = [];
    const segments: ManifestSegment[] = [];
    for (const [index, entry] of entries.entries()) {
      const place = places[index];
      const row = place && found.get(`${place.container}/${place.object}`);
      const segment = place && row ? resolveSegment(entry, place, row) : '404 Not Found';
      if (typeof segment === 'string') problems.push(`${entry.path}, ${segment}`);
      else segments.push(segment);
    }
    if (problems.length > 0) throw new InvalidInput(`Errors:\n${problems.join('\n')}`);
    return segments;
  }

  /** The large object's Etag. Throws {@link UnprocessableInput} when the client expected another. */
  checkEtag(segments: readonly ManifestSegment[], expected: string | undefined): string {
    const etag = sloEtag(segments);
    if (expected !== undefined && expected.replaceAll('"', '').toLowerCase() !== etag.replaceAll('"', '')) {
      throw new UnprocessableInput('The Etag of the request is not that of the segments.');
    }
    return etag;
  }

  /** `multipart-manifest=delete`: the segments, then the manifest. */
  async remove(call: ObjectCall, { account, container }: ObjectPlace): Promise<SwiftReply> {
    const { container: name, object } = call.target;
    const { segments } = await this.objects.show(container, object);
    const targets = (segments ?? []).map((segment) => ({ container: segment.container, object: segment.object }));
    const unique = new Map(targets.map((target) => [`${target.container}/${target.object}`, target]));
    return this.bulk.remove(call, account, [...unique.values(), { container: name, object }]);
  }
}

function parseManifest(text: Buffer): SloSegment[] {
  let json: unknown;
  try {
    json = JSON.parse(text.toString('utf8'));
  } catch {
    throw new InvalidInput('Manifest must be valid JSON.');
  }
  const result = Manifest.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new InvalidInput(`Invalid SLO manifest: ${issue ? `${issue.path.join('.')} ${issue.message}` : 'malformed'}`);
  }
  if (result.data.length > SLO_LIMITS.max_manifest_segments) {
    throw new PayloadTooLarge(`Number of segments must be <= ${String(SLO_LIMITS.max_manifest_segments)}`);
  }
  return result.data;
}

/** Segment paths in a manifest are not percent-encoded. */
function placeOf({ path }: SloSegment): { container: string; object: string } {
  const match = /^\/?([^/]+)\/(.+)$/s.exec(path);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new InvalidInput(`Invalid SLO manifest: path ${path} is not /container/object`);
  }
  return { container: match[1], object: match[2] };
}

/** The segment, or Swift's words for why it does not fit. */
function resolveSegment(
  entry: SloSegment,
  place: { container: string; object: string },
  row: StoredObject,
): ManifestSegment | string {
  if (row.segments || row.headers['x-object-manifest'] !== undefined) return 'Segments must not be large objects';
  if (entry.size_bytes !== null && entry.size_bytes !== undefined && entry.size_bytes !== row.size)
    return 'Size Mismatch';
  if (entry.etag && entry.etag.replaceAll('"', '').toLowerCase() !== row.md5) return 'Etag Mismatch';
  if (row.size < SLO_LIMITS.min_segment_size) return 'Too Small; each segment must be at least 1 byte.';
  const segment: ManifestSegment = {
    ...place,
    hash: row.md5,
    bytes: row.size,
    contentType: row.contentType,
    lastModified: row.timestamp,
  };
  if (!entry.range) return segment;
  const [range] = parseRanges(`bytes=${entry.range}`, row.size) ?? [];
  return range ? { ...segment, range } : 'Unsatisfiable Range';
}
