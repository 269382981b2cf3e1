import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DEFAULT_DOMAIN_ID } from '../domains/domain.js';
import { ADMIN_ROLE } from '../roles/role.js';
import { ADMIN_PROJECT_NAME, IdentitySettings } from '../settings/identity.config.js';

/** What can be of a domain. */
export type Kind = 'users' | 'groups' | 'projects' | 'roles';

/** Whose assignments: a user's with those of their groups, or a group's. */
const OF: Readonly<Record<'users' | 'groups', string>> = {
  users: `ra.user_id = $1 OR ra.group_id = ANY(ARRAY(SELECT group_id FROM group_memberships WHERE user_id = $1))`,
  groups: 'ra.group_id = $1',
};

/** Asks which domain something is in, and who is above every domain. */
@Injectable()
export class DomainLookups {
  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: IdentitySettings,
  ) {}

  /** Undefined when there is none of that id; null for a role that is of no domain. */
  async domainOf(kind: Kind, id: string): Promise<string | null | undefined> {
    const rows = await this.dataSource.query<{ domain_id: string | null }[]>(
      `SELECT domain_id FROM ${kind} WHERE id = $1`,
      [id],
    );
    return rows[0]?.domain_id;
  }

  async roleName(id: string): Promise<string | undefined> {
    const rows = await this.dataSource.query<{ name: string }[]>('SELECT name FROM roles WHERE id = $1', [id]);
    return rows[0]?.name;
  }

  async isAdminProject(id: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM projects WHERE id = $1 AND name = $2 AND domain_id = $3',
      [id, ADMIN_PROJECT_NAME, DEFAULT_DOMAIN_ID],
    );
    return rows.length > 0;
  }

  /** Whether somebody has a role on the system or on the admin project: then they are the operator's. */
  async isOperators(kind: 'users' | 'groups', id: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM role_assignments ra
         LEFT JOIN projects p ON p.id = ra.project_id
         JOIN roles r ON r.id = ra.role_id
        WHERE (${OF[kind]}) AND (ra.system
          OR (p.name = $2 AND p.domain_id = $3)
          OR (ra.inherited AND ra.domain_id = $3)
          OR ($4::boolean AND r.name = $5 AND NOT ra.system))
        LIMIT 1`,
      [id, ADMIN_PROJECT_NAME, DEFAULT_DOMAIN_ID, this.settings.config.OCX_EVERY_PROJECT_IS_ADMIN_PROJECT, ADMIN_ROLE],
    );
    return rows.length > 0;
  }
}
