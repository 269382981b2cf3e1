import type { SwiftMetadata } from '@ocx/openstack-api/object-store/metadata';
import type { SwiftTicks } from '@ocx/openstack-api/object-store/timestamps';

/** One part of a static large object, resolved when the manifest was put. */
export interface ManifestSegment {
  /** Decoded, without a leading slash. */
  readonly container: string;
  readonly object: string;
  /** Etag and size of the whole segment object. */
  readonly hash: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly lastModified: SwiftTicks;
  /** First and last byte used, when not all. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** Headers that an object keeps as its owner sent them. */
export const KEPT_HEADERS = [
  'content-disposition',
  'content-encoding',
  'content-language',
  'cache-control',
  'expires',
  'x-object-manifest',
  'x-robots-tag',
] as const;

/** What an owner says about an object, apart from its bytes. */
export interface ObjectDescription {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: SwiftMetadata;
  /** Seconds since the epoch. */
  readonly deleteAt: number | null;
}

export interface StoredObject extends ObjectDescription {
  readonly containerId: string;
  readonly name: string;
  readonly timestamp: SwiftTicks;
  readonly dataTimestamp: SwiftTicks;
  readonly blobId: string;
  readonly size: number;
  readonly md5: string;
  readonly segments: readonly ManifestSegment[] | null;
}

/** Expired objects are gone for readers before the expirer comes. */
export const isExpired = (object: { deleteAt: number | null }, nowSeconds: number): boolean =>
  object.deleteAt !== null && object.deleteAt <= nowSeconds;

/** The `container/prefix` of a dynamic large object. */
export const manifestPrefixOf = (object: ObjectDescription): string | undefined => object.headers['x-object-manifest'];
