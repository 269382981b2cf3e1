import { Injectable } from '@nestjs/common';
import { Conflict, Forbidden, NotFound } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, In, Not } from 'typeorm';
import { isForeignKeyViolation, isUniqueViolation } from '../database/constraints.js';
import { matching, type TextMatch } from '../database/text-match.js';
import { type CatalogEndpoint, COMBINED_REGION, type Endpoint, type Region, type Service } from './catalog.js';
import { visibleTo } from './endpoint-visibility.js';
import { EndpointEntity } from './endpoint.entity.js';
import { RegionEntity } from './region.entity.js';
import { ServiceEntity } from './service.entity.js';

// A catalog is small: a few services for each landlord. The bound only keeps an answer finite.
const LIST_LIMIT = 10_000;

export interface ServiceFilter {
  readonly type?: readonly TextMatch[];
  readonly name?: readonly TextMatch[];
}

@Injectable()
export class CatalogRepository {
  constructor(private readonly dataSource: DataSource) {}

  listRegions(filter: { parentRegionId?: string | undefined }): Promise<Region[]> {
    const where = filter.parentRegionId === undefined ? {} : { parentRegionId: filter.parentRegionId };
    return this.dataSource.getRepository(RegionEntity).find({ where, order: { id: 'ASC' }, take: LIST_LIMIT });
  }

  findRegion(id: string): Promise<Region | null> {
    return this.dataSource.getRepository(RegionEntity).findOneBy({ id });
  }

  async insertRegion(region: Region): Promise<void> {
    await this.dataSource
      .getRepository(RegionEntity)
      .insert(region)
      .catch((error: unknown) => {
        if (isUniqueViolation(error)) {
          throw new Conflict(`Conflict occurred attempting to store region - Duplicate ID, ${region.id}.`);
        }
        throw isForeignKeyViolation(error) ? this.noParent(region) : error;
      });
  }

  async saveRegion(tx: EntityManager, region: Region): Promise<void> {
    await tx
      .getRepository(RegionEntity)
      .upsert(region, ['id'])
      .catch((error: unknown) => {
        throw isForeignKeyViolation(error) ? this.noParent(region) : error;
      });
  }

  /** Whether `id` is the region, or one above it. */
  async isAbove(id: string, regionId: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `WITH RECURSIVE above(id) AS (
         SELECT $2::varchar UNION SELECT r.parent_region_id FROM above JOIN regions r ON r.id = above.id)
       SELECT 1 FROM above WHERE id = $1`,
      [id, regionId],
    );
    return rows.length > 0;
  }

  /** The regions within it go with it, as in Keystone. */
  async deleteRegion(tx: EntityManager, id: string): Promise<void> {
    await tx
      .query(
        `WITH RECURSIVE within(id) AS (
           SELECT $1::varchar UNION SELECT r.id FROM within JOIN regions r ON r.parent_region_id = within.id)
         DELETE FROM regions WHERE id IN (SELECT id FROM within)`,
        [id],
      )
      .catch((error: unknown) => {
        if (!isForeignKeyViolation(error)) throw error;
        throw new Forbidden(`Unable to delete region ${id} because it or its child regions have associated endpoints.`);
      });
  }

  listServices(filter: ServiceFilter): Promise<Service[]> {
    const [type, name] = [matching(filter.type), matching(filter.name)];
    const where = { ...(type === undefined ? {} : { type }), ...(name === undefined ? {} : { name }) };
    return this.dataSource.getRepository(ServiceEntity).find({ where, order: { id: 'ASC' }, take: LIST_LIMIT });
  }

  findService(id: string): Promise<Service | null> {
    return this.dataSource.getRepository(ServiceEntity).findOneBy({ id });
  }

  async saveService(service: Service, tx: EntityManager = this.dataSource.manager): Promise<void> {
    await tx
      .getRepository(ServiceEntity)
      .upsert(service, ['id'])
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new Conflict(`Conflict occurred attempting to store service - ${service.type} ${service.name} exists.`);
      });
  }

  /** The id of the service of this type and name, made when there is none; locked until the transaction ends. */
  async ensureService(tx: EntityManager, { id, type, name }: Pick<Service, 'id' | 'type' | 'name'>): Promise<string> {
    const [row] = await tx.query<[{ id: string }]>(
      `INSERT INTO services (id, type, name) VALUES ($1, $2, $3)
       ON CONFLICT (type, name) DO UPDATE SET type = excluded.type RETURNING id`,
      [id, type, name],
    );
    return row.id;
  }

  async deleteService(id: string): Promise<void> {
    await this.dataSource.getRepository(ServiceEntity).delete({ id });
  }

  listEndpoints(filter: {
    interface?: Endpoint['interface'] | undefined;
    serviceId?: string | undefined;
    regionId?: string | undefined;
  }): Promise<Endpoint[]> {
    const where = Object.fromEntries(
      (Object.entries(filter) as [string, unknown][]).filter(([, value]) => value !== undefined),
    );
    return this.dataSource.getRepository(EndpointEntity).find({ where, order: { id: 'ASC' }, take: LIST_LIMIT });
  }

  findEndpoint(id: string): Promise<Endpoint | null> {
    return this.dataSource.getRepository(EndpointEntity).findOneBy({ id });
  }

  async saveEndpoint(endpoint: Endpoint, tx: EntityManager = this.dataSource.manager): Promise<void> {
    await tx.getRepository(EndpointEntity).upsert(endpoint, ['id']);
  }

  async deleteEndpoint(id: string): Promise<void> {
    await this.dataSource.getRepository(EndpointEntity).delete({ id });
  }

  async serviceIdsOfRegion(tx: EntityManager, regionId: string): Promise<string[]> {
    const endpoints = await tx.getRepository(EndpointEntity).findBy({ regionId });
    return [...new Set(endpoints.map((endpoint) => endpoint.serviceId))];
  }

  /** One endpoint of each service in the region, by the service. */
  async endpointIdsOfRegion(tx: EntityManager, regionId: string): Promise<Map<string, string>> {
    const endpoints = await tx.getRepository(EndpointEntity).findBy({ regionId, interface: 'public' });
    return new Map(endpoints.map((endpoint) => [endpoint.serviceId, endpoint.id]));
  }

  async deleteEndpointsOfRegion(tx: EntityManager, regionId: string, except: readonly string[] = []): Promise<void> {
    await tx.getRepository(EndpointEntity).delete({ regionId, id: Not(In([...except])) });
  }

  /** Services without endpoints in any region, which only region registrations made. */
  async deleteUnusedServices(tx: EntityManager, ids: readonly string[]): Promise<void> {
    await tx.query(
      'DELETE FROM services s WHERE s.id = ANY($1) AND NOT EXISTS (SELECT 1 FROM endpoints e WHERE e.service_id = s.id)',
      [ids],
    );
  }

  /**
   * Every enabled endpoint of an enabled service; of those, what the project was given, if anything was. Clients that look at no region take the first of a type (`swift`
   * with an application credential does), so the combined region stands first, then the others by name.
   */
  catalog(projectId?: string): Promise<CatalogEndpoint[]> {
    return this.dataSource.query<CatalogEndpoint[]>(
      `SELECT e.id, e.service_id AS "serviceId", e.region_id AS "regionId", e.interface, e.url, e.enabled,
              s.type AS "serviceType", s.name AS "serviceName"
         FROM endpoints e JOIN services s ON s.id = e.service_id
        WHERE e.enabled AND s.enabled AND ${visibleTo('$2::varchar')}
        ORDER BY s.type, min(CASE WHEN e.region_id = $1 THEN 0 ELSE 1 END) OVER (PARTITION BY s.id), s.name, s.id,
                 e.region_id IS DISTINCT FROM $1, e.region_id, e.interface, e.id`,
      [COMBINED_REGION, projectId ?? null],
    );
  }

  private noParent(region: Region): NotFound {
    return new NotFound(`Could not find region: ${region.parentRegionId ?? ''}.`);
  }
}
