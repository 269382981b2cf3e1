import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, type Repository } from 'typeorm';
import { InventoryResourceEntity } from './inventory.entity.js';
import type { IndexedResource, ResourceType, Sighting } from './resource.js';

@Injectable()
export class InventoryRepository {
  private readonly rows: Repository<InventoryResourceEntity>;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.rows = dataSource.getRepository(InventoryResourceEntity);
  }

  async find(type: ResourceType, id: string): Promise<IndexedResource | undefined> {
    return (await this.rows.findOneBy({ type, id })) ?? undefined;
  }

  /** Of one project, or of all when it is undefined; newest first, ties by id. */
  list(type: ResourceType, projectId?: string): Promise<IndexedResource[]> {
    return this.rows.find({
      where: { type, ...(projectId === undefined ? {} : { projectId }) },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
  }

  /** Idempotent: a create that is tried again finds its row. */
  async insert(resource: IndexedResource): Promise<void> {
    await this.rows
      .createQueryBuilder()
      .insert()
      .values({ ...resource, lastView: null })
      .orIgnore()
      .execute();
  }

  /** An older sighting never overwrites a newer one. */
  async see(type: ResourceType, sighting: Sighting): Promise<void> {
    await this.rows
      .createQueryBuilder()
      .update()
      .set({
        name: sighting.name,
        status: sighting.status,
        createdAt: sighting.createdAt,
        updatedAt: sighting.updatedAt,
        lastView: sighting.view as never,
      })
      .where('type = :type AND id = :id', { type, id: sighting.id })
      .andWhere('(last_view IS NULL OR updated_at <= :updatedAt)', { updatedAt: sighting.updatedAt })
      .execute();
  }

  async setStatus(type: ResourceType, id: string, status: string, at: Date): Promise<void> {
    await this.rows
      .createQueryBuilder()
      .update()
      .set({ status, updatedAt: at })
      .where('type = :type AND id = :id AND updated_at <= :at', { type, id, at })
      .execute();
  }

  /** What is leased of it has another size: what quotas count. */
  async resize(manager: EntityManager, leaseId: string, quantity: number): Promise<void> {
    await manager.getRepository(InventoryResourceEntity).update({ leaseId }, { quantity });
  }

  async remove(type: ResourceType, id: string, leaseId: string): Promise<void> {
    await this.rows.delete({ type, id, leaseId });
  }
}
