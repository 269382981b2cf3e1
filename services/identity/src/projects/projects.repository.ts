import { Injectable } from '@nestjs/common';
import { Conflict, Forbidden } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { isForeignKeyViolation, isUniqueViolation } from '../database/constraints.js';
import { CLOSURE, givesGlobalRole } from '../roles/implied-closure.js';
import { type Page, type PageRequest, toPage } from '../wire/collection.js';
import type { Project, ScopedProject } from './project.js';
import { ProjectEntity } from './project.entity.js';

export interface ProjectFilter {
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly domainId?: string | undefined;
  readonly parentId?: string | undefined;
}

const SCOPED = `SELECT p.id, p.domain_id AS "domainId", p.name, p.description, p.enabled, p.parent_id AS "parentId",
    p.tags, d.name AS "domainName", d.enabled AS "domainEnabled"
  FROM projects p JOIN domains d ON d.id = p.domain_id`;

@Injectable()
export class ProjectsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: ProjectFilter, page: PageRequest): Promise<Page<Project>> {
    // At the top of a domain Keystone's parent is the domain itself; rows say NULL.
    const topOf = filter.parentId !== undefined && filter.parentId === filter.domainId;
    const rows = await this.dataSource.getRepository(ProjectEntity).find({
      where: {
        ...(filter.name === undefined ? {} : { name: filter.name }),
        ...(filter.enabled === undefined ? {} : { enabled: filter.enabled }),
        ...(filter.domainId === undefined ? {} : { domainId: filter.domainId }),
        ...(filter.parentId === undefined ? {} : { parentId: topOf ? IsNull() : filter.parentId }),
        ...(page.marker === undefined ? {} : { id: MoreThan(page.marker) }),
      },
      order: { id: 'ASC' },
      take: page.limit + 1,
    });
    return toPage(rows, page);
  }

  find(id: string): Promise<Project | null> {
    return this.dataSource.getRepository(ProjectEntity).findOneBy({ id });
  }

  async findScoped(id: string): Promise<ScopedProject | undefined> {
    const rows = await this.dataSource.query<ScopedProject[]>(`${SCOPED} WHERE p.id = $1`, [id]);
    return rows[0];
  }

  async findScopedByName(name: string, domain: { id?: string; name?: string }): Promise<ScopedProject | undefined> {
    const rows = await this.dataSource.query<ScopedProject[]>(
      `${SCOPED} WHERE p.name = $1 AND (d.id = $2 OR d.name = $3)`,
      [name, domain.id ?? null, domain.name ?? null],
    );
    return rows[0];
  }

  /** Projects on which the user has a role: directly, through a group, or inherited. */
  listOfUser(userId: string): Promise<ScopedProject[]> {
    return this.dataSource.query<ScopedProject[]>(
      `WITH RECURSIVE ${CLOSURE}, mine AS (
         SELECT ra.project_id, ra.domain_id, ra.inherited FROM role_assignments ra
          WHERE (ra.user_id = $1 OR ra.group_id IN (SELECT group_id FROM group_memberships
                   WHERE user_id = $1 AND (expires_at IS NULL OR expires_at > now())))
            AND ${givesGlobalRole('ra')}),
       below(id) AS (
         SELECT p.id FROM mine JOIN projects p ON p.parent_id = mine.project_id WHERE mine.inherited
         UNION SELECT p.id FROM below JOIN projects p ON p.parent_id = below.id)
       ${SCOPED}
        WHERE p.id IN (SELECT project_id FROM mine WHERE NOT inherited)
           OR p.id IN (SELECT id FROM below)
           OR p.domain_id IN (SELECT domain_id FROM mine WHERE inherited)
        ORDER BY p.id`,
      [userId],
    );
  }

  async insert(project: Project): Promise<void> {
    await this.dataSource
      .getRepository(ProjectEntity)
      .insert({ ...project, tags: [...project.tags] })
      .catch((error: unknown) => this.refuse(error, project));
  }

  async update(tx: EntityManager, project: Project): Promise<void> {
    await tx
      .getRepository(ProjectEntity)
      .update({ id: project.id }, { ...project, tags: [...project.tags] })
      .catch((error: unknown) => this.refuse(error, project));
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx
      .getRepository(ProjectEntity)
      .delete({ id })
      .catch((error: unknown) => {
        if (!isForeignKeyViolation(error)) throw error;
        throw new Forbidden(`Cannot delete project ${id} since it is not a leaf in the hierarchy.`);
      });
  }

  private refuse(error: unknown, project: Project): never {
    if (!isUniqueViolation(error)) throw error;
    throw new Conflict(
      `Conflict occurred attempting to store project - it is not permitted to have two projects with the same name in the same domain: ${project.name}.`,
    );
  }
}
