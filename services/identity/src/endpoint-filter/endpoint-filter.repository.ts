import { Injectable } from '@nestjs/common';
import { Conflict } from '@ocx/service-kit/errors';
import { DataSource } from 'typeorm';
import type { Endpoint } from '../catalog/catalog.js';
import { givenTo, IN_GROUP } from '../catalog/endpoint-visibility.js';
import { isUniqueViolation } from '../database/constraints.js';
import { matching, type TextMatch } from '../database/text-match.js';
import { EndpointGroupEntity } from './endpoint-group.entity.js';
import type { EndpointGroup } from './endpoint-group.js';
import { ProjectEndpointGroupEntity } from './project-endpoint-group.entity.js';
import { ProjectEndpointEntity } from './project-endpoint.entity.js';

// A catalog is small; the bound only keeps an answer finite.
const LIST_LIMIT = 10_000;

const ENDPOINT = `e.id, e.service_id AS "serviceId", e.region_id AS "regionId", e.interface, e.url, e.enabled`;

function refuse(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new Conflict('Conflict occurred attempting to store endpoint filter - Duplicate entry.');
}

@Injectable()
export class EndpointFilterRepository {
  constructor(private readonly dataSource: DataSource) {}

  listGroups(filter: { name: readonly TextMatch[] }): Promise<EndpointGroup[]> {
    const name = matching(filter.name);
    const where = name === undefined ? {} : { name };
    return this.dataSource.getRepository(EndpointGroupEntity).find({ where, order: { id: 'ASC' }, take: LIST_LIMIT });
  }

  findGroup(id: string): Promise<EndpointGroup | null> {
    return this.dataSource.getRepository(EndpointGroupEntity).findOneBy({ id });
  }

  async saveGroup(group: EndpointGroup): Promise<void> {
    await this.dataSource.getRepository(EndpointGroupEntity).save({ ...group, filters: { ...group.filters } });
  }

  async deleteGroup(id: string): Promise<void> {
    await this.dataSource.getRepository(EndpointGroupEntity).delete({ id });
  }

  endpointsOfGroup(id: string): Promise<Endpoint[]> {
    return this.dataSource.query<Endpoint[]>(
      `SELECT ${ENDPOINT} FROM endpoints e JOIN endpoint_groups g ON g.id = $1 WHERE ${IN_GROUP} ORDER BY e.id`,
      [id],
    );
  }

  endpointsOfProject(projectId: string): Promise<Endpoint[]> {
    return this.dataSource.query<Endpoint[]>(
      `SELECT ${ENDPOINT} FROM endpoints e WHERE ${givenTo('$1')} ORDER BY e.id`,
      [projectId],
    );
  }

  groupsOfProject(projectId: string): Promise<EndpointGroup[]> {
    return this.dataSource.query<EndpointGroup[]>(
      `SELECT g.* FROM endpoint_groups g JOIN project_endpoint_groups pg ON pg.endpoint_group_id = g.id
        WHERE pg.project_id = $1 ORDER BY g.id`,
      [projectId],
    );
  }

  async projectIdsOfEndpoint(endpointId: string): Promise<string[]> {
    const rows = await this.dataSource.getRepository(ProjectEndpointEntity).findBy({ endpointId });
    return rows.map((row) => row.projectId);
  }

  async projectIdsOfGroup(endpointGroupId: string): Promise<string[]> {
    const rows = await this.dataSource.getRepository(ProjectEndpointGroupEntity).findBy({ endpointGroupId });
    return rows.map((row) => row.projectId);
  }

  async addEndpoint(projectId: string, endpointId: string): Promise<void> {
    await this.dataSource.getRepository(ProjectEndpointEntity).insert({ projectId, endpointId }).catch(refuse);
  }

  hasEndpoint(projectId: string, endpointId: string): Promise<boolean> {
    return this.dataSource.getRepository(ProjectEndpointEntity).existsBy({ projectId, endpointId });
  }

  /** False when it was not there. */
  async removeEndpoint(projectId: string, endpointId: string): Promise<boolean> {
    const result = await this.dataSource.getRepository(ProjectEndpointEntity).delete({ projectId, endpointId });
    return (result.affected ?? 0) > 0;
  }

  async addGroup(projectId: string, endpointGroupId: string): Promise<void> {
    const rows = this.dataSource.getRepository(ProjectEndpointGroupEntity);
    await rows.insert({ projectId, endpointGroupId }).catch(refuse);
  }

  hasGroup(projectId: string, endpointGroupId: string): Promise<boolean> {
    return this.dataSource.getRepository(ProjectEndpointGroupEntity).existsBy({ projectId, endpointGroupId });
  }

  /** False when it was not there. */
  async removeGroup(projectId: string, endpointGroupId: string): Promise<boolean> {
    const rows = this.dataSource.getRepository(ProjectEndpointGroupEntity);
    const result = await rows.delete({ projectId, endpointGroupId });
    return (result.affected ?? 0) > 0;
  }
}
