import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { SWIFT_CONSTRAINTS } from '@ocx/openstack-api/object-store/constraints';
import type { SwiftTicks } from '@ocx/openstack-api/object-store/timestamps';
import { NotFound, PayloadTooLarge, PreconditionFailed, UnprocessableInput } from '@ocx/service-kit/errors';
import { BlobTooLarge, ObjectBackend, type StoredBlob } from '../backend/object-backend.js';
import { SwiftClock } from '../clock.js';
import type { Container } from '../containers/container.js';
import { ObjectsRepository } from './objects.repository.js';
import { isExpired, type ManifestSegment, type ObjectDescription, type StoredObject } from './stored-object.js';

export interface NewObject {
  readonly name: string;
  readonly description: ObjectDescription;
  /** Refuse when the name is taken. */
  readonly mustBeNew: boolean;
  /** MD5 that the client expects, lower-case hex. */
  readonly expectedMd5?: string | undefined;
  readonly segments?: readonly ManifestSegment[];
}

export interface PutResult {
  readonly md5: string;
  readonly timestamp: SwiftTicks;
  /** A PUT that began later was committed before this one, and stands. */
  readonly superseded: boolean;
}

const NOT_FOUND = 'The resource could not be found.';

/** Objects' life: stored, described anew, removed. */
@Injectable()
export class ObjectsService {
  constructor(
    private readonly objects: ObjectsRepository,
    private readonly backend: ObjectBackend,
    private readonly clock: SwiftClock,
  ) {}

  /** Throws {@link NotFound} also for an object whose time has come. */
  async show(container: Container, name: string): Promise<StoredObject> {
    const object = await this.find(container, name);
    if (!object) throw new NotFound(NOT_FOUND);
    return object;
  }

  async find(container: Container, name: string): Promise<StoredObject | null> {
    const object = await this.objects.find(container.id, name);
    return object && isExpired(object, Date.now() / 1000) ? null : object;
  }

  /** Stores `source` under the name. The old object stays until the new one is whole and durable. */
  async put(container: Container, object: NewObject, source: Readable): Promise<PutResult> {
    const timestamp = this.clock.now();
    const blob = await this.backend.store(source, SWIFT_CONSTRAINTS.max_file_size).catch((error: unknown) => {
      throw error instanceof BlobTooLarge ? new PayloadTooLarge('Your request is too large.') : error;
    });
    return this.commit(container, object, blob, timestamp);
  }

  /** Stores the same bytes once more, without moving them. */
  async putClone(container: Container, object: NewObject, original: StoredObject): Promise<PutResult> {
    const timestamp = this.clock.now();
    const { blobId, size, md5 } = original;
    return this.commit(container, object, await this.backend.clone({ id: blobId, size, md5 }), timestamp);
  }

  /** Replaces everything that the owner says about the object; a missing content type stays. */
  async describe(container: Container, name: string, description: ObjectDescription): Promise<void> {
    const found = await this.objects.describe(container.id, name, this.clock.now(), description);
    if (!found) throw new NotFound(NOT_FOUND);
  }

  /** Throws {@link NotFound} when there is none. */
  async remove(container: Container, name: string): Promise<void> {
    const expired = (await this.find(container, name)) === null;
    const blobId = await this.objects.remove(container, name);
    if (blobId !== undefined) await this.backend.remove(blobId);
    if (blobId === undefined || expired) throw new NotFound(NOT_FOUND);
  }

  private async commit(
    container: Container,
    object: NewObject,
    blob: StoredBlob,
    timestamp: SwiftTicks,
  ): Promise<PutResult> {
    let kept = false;
    try {
      if (object.expectedMd5 !== undefined && object.expectedMd5 !== blob.md5) {
        throw new UnprocessableInput('The Etag of the request is not the MD5 of its body.');
      }
      const { name, description, segments = null } = object;
      const row = { ...description, name, segments, timestamp, dataTimestamp: timestamp };
      const result = await this.objects.commit(
        container,
        { ...row, blobId: blob.id, size: blob.size, md5: blob.md5 },
        object.mustBeNew,
      );
      if (result.outcome === 'missing-container') throw new NotFound(NOT_FOUND);
      if (result.outcome === 'exists') throw new PreconditionFailed('The object exists.');
      kept = result.outcome === 'stored';
      if (result.outcome === 'stored' && result.replacedBlobId) await this.backend.remove(result.replacedBlobId);
      return { md5: blob.md5, timestamp, superseded: result.outcome === 'older' };
    } finally {
      // A commit whose answer was lost may have gone through: its file is then left to the reconciler, which looks at rows.
      await this.release(blob.id, kept);
    }
  }

  private async release(blobId: string, kept: boolean): Promise<void> {
    const owned =
      kept ||
      (await this.objects.ownedBlobs([blobId]).then(
        (ids) => ids.has(blobId),
        () => true,
      ));
    if (owned) this.backend.settle(blobId);
    else await this.backend.remove(blobId);
  }
}
