import { Injectable } from '@nestjs/common';
import { Conflict, Forbidden } from '@ocx/service-kit/errors';
import {
  And,
  ArrayContains,
  ArrayOverlap,
  DataSource,
  type EntityManager,
  type FindOperator,
  type FindOptionsWhere,
  IsNull,
  Not,
} from 'typeorm';
import { isForeignKeyViolation, isUniqueViolation } from '../database/constraints.js';
import { findPage } from '../database/paging.js';
import { matching, type TextMatch } from '../database/text-match.js';
import { CLOSURE, givesGlobalRole } from '../roles/implied-closure.js';
import type { Page, PageRequest } from '../wire/collection.js';
import type { Project, ScopedProject } from './project.js';
import { ProjectEntity } from './project.entity.js';

export interface ProjectFilter {
  readonly name?: readonly TextMatch[];
  readonly tags?: TagFilter;
  readonly enabled?: boolean | undefined;
  readonly domainId?: string | undefined;
  readonly parentId?: string | undefined;
}

/** With all, with one, without all, without any of the tags. */
export interface TagFilter {
  readonly all?: readonly string[] | undefined;
  readonly any?: readonly string[] | undefined;
  readonly notAll?: readonly string[] | undefined;
  readonly notAny?: readonly string[] | undefined;
}

function tagged({ all, any, notAll, notAny }: TagFilter): FindOperator<string> | undefined {
  const conditions = [
    ...(all ? [ArrayContains([...all])] : []),
    ...(any ? [ArrayOverlap([...any])] : []),
    ...(notAll ? [Not(ArrayContains([...notAll]))] : []),
    ...(notAny ? [Not(ArrayOverlap([...notAny]))] : []),
    // TypeORM's types take a column that is a list for one of its elements.
  ] as unknown[] as FindOperator<string>[];
  return conditions.length === 0 ? undefined : And(...conditions);
}

const COLUMNS = `p.id, p.domain_id AS "domainId", p.name, p.description, p.enabled, p.parent_id AS "parentId", p.tags`;

const SCOPED = `SELECT ${COLUMNS}, d.name AS "domainName", d.enabled AS "domainEnabled"
  FROM projects p JOIN domains d ON d.id = p.domain_id`;

@Injectable()
export class ProjectsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: ProjectFilter, page: PageRequest): Promise<Page<Project>> {
    const name = matching(filter.name);
    const tags = tagged(filter.tags ?? {});
    const where: FindOptionsWhere<ProjectEntity> = {
      ...(name === undefined ? {} : { name }),
      ...(tags === undefined ? {} : { tags }),
      ...(filter.enabled === undefined ? {} : { enabled: filter.enabled }),
      ...(filter.domainId === undefined ? {} : { domainId: filter.domainId }),
    };
    const wanted = filter.parentId === undefined ? where : this.below(filter.parentId, where);
    return findPage(this.dataSource.getRepository(ProjectEntity), wanted, page);
  }

  /** At the top of a domain Keystone's parent is the domain itself; rows say NULL. */
  private below(parentId: string, where: FindOptionsWhere<ProjectEntity>): FindOptionsWhere<ProjectEntity>[] {
    const inDomain = where.domainId === undefined || where.domainId === parentId;
    return [{ ...where, parentId }, ...(inDomain ? [{ ...where, parentId: IsNull(), domainId: parentId }] : [])];
  }

  /** The projects above, the nearest first. */
  listAbove(id: string): Promise<Project[]> {
    return this.dataSource.query<Project[]>(
      `WITH RECURSIVE above(id, distance) AS (
         SELECT parent_id, 1 FROM projects WHERE id = $1 AND parent_id IS NOT NULL
         UNION ALL SELECT p.parent_id, a.distance + 1 FROM above a JOIN projects p ON p.id = a.id
          WHERE p.parent_id IS NOT NULL)
       SELECT ${COLUMNS} FROM above a JOIN projects p ON p.id = a.id ORDER BY a.distance`,
      [id],
    );
  }

  /** The projects below, parents before their children. */
  listBelow(id: string): Promise<Project[]> {
    return this.dataSource.query<Project[]>(
      `WITH RECURSIVE below(id, distance) AS (
         SELECT id, 1 FROM projects WHERE parent_id = $1
         UNION ALL SELECT p.id, b.distance + 1 FROM below b JOIN projects p ON p.parent_id = b.id)
       SELECT ${COLUMNS} FROM below b JOIN projects p ON p.id = b.id ORDER BY b.distance, p.id`,
      [id],
    );
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
          WHERE (ra.user_id = $1 OR ra.group_id = ANY(ARRAY(SELECT group_id FROM group_memberships
                   WHERE user_id = $1 AND (expires_at IS NULL OR expires_at > now()))))
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
