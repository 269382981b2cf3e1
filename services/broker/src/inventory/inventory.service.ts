import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { InventoryRepository } from './inventory.repository.js';
import type { IndexedResource, ResourceType, Sighting } from './resource.js';

const CACHED_ROWS = 20_000;

/**
 * The broker's index of leased servers and volumes. Where a resource is never changes during its lease, so that part
 * is remembered in memory; views are written only when they changed.
 */
@Injectable()
export class InventoryService {
  private readonly log = new Logger(InventoryService.name);
  private readonly located = new LRUCache<string, IndexedResource>({ max: CACHED_ROWS, ttl: 5_000 });
  private readonly views = new LRUCache<string, string>({ max: CACHED_ROWS });

  constructor(private readonly repository: InventoryRepository) {}

  /** Where the resource is. Its status and view may be a few seconds old. */
  async locate(type: ResourceType, id: string): Promise<IndexedResource | undefined> {
    const key = `${type}:${id}`;
    const cached = this.located.get(key);
    if (cached) return cached;
    const row = await this.repository.find(type, id);
    if (row) this.located.set(key, row);
    return row;
  }

  list(type: ResourceType, projectId?: string): Promise<IndexedResource[]> {
    return this.repository.list(type, projectId);
  }

  async add(resource: IndexedResource): Promise<void> {
    await this.repository.insert(resource);
  }

  /** Notes what a landlord showed, after the answer has gone out: a tenant never waits for the index. */
  saw(type: ResourceType, sightings: readonly Sighting[]): void {
    for (const sighting of sightings) {
      const key = `${type}:${sighting.id}`;
      const digest = createHash('sha1').update(JSON.stringify(sighting.view)).digest('base64');
      if (this.views.get(key) === digest) continue;
      this.views.set(key, digest);
      this.repository.see(type, sighting).catch((error: unknown) => {
        this.views.delete(key);
        this.log.warn(`the index could not be written: ${error instanceof Error ? error.message : 'unknown'}`);
      });
    }
  }

  async stateChanged(type: ResourceType, id: string, status: string, at: Date): Promise<void> {
    this.forget(type, id);
    await this.repository.setStatus(type, id, status, at);
  }

  async remove(type: ResourceType, id: string, leaseId: string): Promise<void> {
    await this.repository.remove(type, id, leaseId);
    this.forget(type, id);
  }

  private forget(type: ResourceType, id: string): void {
    this.located.delete(`${type}:${id}`);
    this.views.delete(`${type}:${id}`);
  }
}
