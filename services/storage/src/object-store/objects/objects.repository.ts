import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { SwiftTicks } from '@ocx/openstack-api/object-store/timestamps';
import { DataSource, In, LessThanOrEqual } from 'typeorm';
import type { Container } from '../containers/container.js';
import { ContainersRepository } from '../containers/containers.repository.js';
import { StorageMeter } from '../accounts/storage-meter.js';
import type { NameRange } from '../listings/listing-query.js';
import { nameCondition } from '../listings/name-condition.js';
import { ObjectEntity } from './object.entity.js';
import type { ObjectDescription, StoredObject } from './stored-object.js';

/** `missing-container`: it was deleted meanwhile. `exists`: the caller wanted a new name. `older`: a later PUT was faster. */
export type CommitOutcome =
  | { readonly outcome: 'stored'; readonly replacedBlobId: string | undefined }
  | { readonly outcome: 'missing-container' | 'exists' | 'older' };

@Injectable()
export class ObjectsRepository {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly containers: ContainersRepository,
    private readonly meter: StorageMeter,
  ) {}

  find(containerId: string, name: string): Promise<StoredObject | null> {
    return this.dataSource.manager.findOneBy(ObjectEntity, { containerId, name });
  }

  findMany(containerId: string, names: string[]): Promise<StoredObject[]> {
    return this.dataSource.manager.findBy(ObjectEntity, { containerId, name: In(names) });
  }

  /** Makes the blob the object's content, or leaves everything as it was. Counters and meter change with the row. */
  commit(container: Container, object: Omit<StoredObject, 'containerId'>, mustBeNew: boolean): Promise<CommitOutcome> {
    return this.dataSource.transaction(async (manager) => {
      const locked = await this.containers.lock(manager, container.accountId, container.name);
      if (!locked) return { outcome: 'missing-container' };
      const old = await manager.findOneBy(ObjectEntity, { containerId: locked.id, name: object.name });
      if (old && mustBeNew) return { outcome: 'exists' };
      if (old && old.dataTimestamp >= object.dataTimestamp) return { outcome: 'older' };
      const segments = object.segments ? [...object.segments] : null;
      await manager.upsert(
        ObjectEntity,
        {
          ...object,
          containerId: locked.id,
          headers: { ...object.headers },
          metadata: { ...object.metadata },
          segments,
        },
        ['containerId', 'name'],
      );
      const change = { objects: old ? 0 : 1, bytes: object.size - (old?.size ?? 0) };
      await this.meter.record(manager, await this.containers.addUsage(manager, locked, change));
      return { outcome: 'stored', replacedBlobId: old?.blobId };
    });
  }

  /** False when there is no such object. */
  async describe(
    containerId: string,
    name: string,
    timestamp: SwiftTicks,
    description: ObjectDescription,
  ): Promise<boolean> {
    const { headers, metadata, ...rest } = description;
    const result = await this.dataSource.manager.update(
      ObjectEntity,
      { containerId, name },
      { ...rest, timestamp, headers: { ...headers }, metadata: { ...metadata } },
    );
    return result.affected === 1;
  }

  /** The blob to remove, or undefined when there was no object (or, with `expiredAt`, none that is due). */
  remove(container: Container, name: string, expiredAt?: number): Promise<string | undefined> {
    return this.dataSource.transaction(async (manager) => {
      const locked = await this.containers.lock(manager, container.accountId, container.name);
      if (!locked) return undefined;
      const old = await manager.findOneBy(ObjectEntity, { containerId: locked.id, name });
      if (!old || (expiredAt !== undefined && (old.deleteAt === null || old.deleteAt > expiredAt))) return undefined;
      await manager.delete(ObjectEntity, { containerId: locked.id, name });
      await this.meter.record(
        manager,
        await this.containers.addUsage(manager, locked, { objects: -1, bytes: -old.size }),
      );
      return old.blobId;
    });
  }

  /** Removes up to `limit` objects of the container, whichever they are. Returns their blobs. */
  removeSome(container: Container, limit: number): Promise<string[]> {
    return this.dataSource.transaction(async (manager) => {
      const locked = await this.containers.lock(manager, container.accountId, container.name);
      if (!locked) return [];
      const rows = await manager.find(ObjectEntity, { where: { containerId: locked.id }, take: limit });
      if (rows.length === 0) return [];
      await manager.delete(ObjectEntity, { containerId: locked.id, name: In(rows.map((row) => row.name)) });
      const bytes = rows.reduce((total, row) => total + row.size, 0);
      await this.meter.record(
        manager,
        await this.containers.addUsage(manager, locked, { objects: -rows.length, bytes: -bytes }),
      );
      return rows.map((row) => row.blobId);
    });
  }

  list(containerId: string, range: NameRange, limit: number): Promise<StoredObject[]> {
    const { sql, order, parameters } = nameCondition('object', range);
    return this.dataSource
      .createQueryBuilder(ObjectEntity, 'object')
      .where('object.containerId = :containerId', { containerId })
      .andWhere(sql, parameters)
      .orderBy('object.name', order)
      .limit(limit)
      .getMany();
  }

  /** Objects whose time has come, the earliest first. */
  findExpired(nowSeconds: number, limit: number): Promise<StoredObject[]> {
    return this.dataSource.manager.find(ObjectEntity, {
      where: { deleteAt: LessThanOrEqual(nowSeconds) },
      order: { deleteAt: 'ASC' },
      take: limit,
    });
  }

  /** Which of these blobs an object owns. */
  async ownedBlobs(ids: string[]): Promise<Set<string>> {
    const rows = await this.dataSource.manager.find(ObjectEntity, {
      where: { blobId: In(ids) },
      select: { blobId: true, containerId: true, name: true },
    });
    return new Set(rows.map((row) => row.blobId));
  }
}
