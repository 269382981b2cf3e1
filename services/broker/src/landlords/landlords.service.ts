import { Injectable } from '@nestjs/common';
import type { LandlordKind } from '@ocx/openstack-api/exchange/documents';
import type { Landlord } from './landlord.js';
import { LandlordsRepository } from './landlords.repository.js';

const CACHE_MS = 1_000;

/**
 * The landlords that stand in the catalog. Cached for a second: every request asks, and enrolment of a landlord is
 * rare; the process that enrols one forgets its cache at once.
 */
@Injectable()
export class LandlordsService {
  private cached: Promise<Landlord[]> | undefined;
  private cachedAt = 0;

  constructor(private readonly repository: LandlordsRepository) {}

  /** Active and draining landlords in the order of their regions. */
  async list(kind?: LandlordKind): Promise<Landlord[]> {
    const all = await this.all();
    return kind === undefined ? all : all.filter((landlord) => landlord.kind === kind);
  }

  async byRegion(region: string): Promise<Landlord | undefined> {
    return (await this.all()).find((landlord) => landlord.region === region);
  }

  async byId(id: string): Promise<Landlord | undefined> {
    return (await this.all()).find((landlord) => landlord.id === id);
  }

  forget(): void {
    this.cached = undefined;
  }

  private all(): Promise<Landlord[]> {
    if (this.cached === undefined || Date.now() - this.cachedAt > CACHE_MS) {
      this.cachedAt = Date.now();
      const reading = this.repository.registered();
      this.cached = reading;
      reading.catch(() => {
        if (this.cached === reading) this.cached = undefined;
      });
    }
    return this.cached;
  }
}
