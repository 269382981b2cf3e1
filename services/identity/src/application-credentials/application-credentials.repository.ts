import { Injectable } from '@nestjs/common';
import { Conflict, Forbidden } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, In } from 'typeorm';
import { isForeignKeyViolation, isUniqueViolation } from '../database/constraints.js';
import { RoleEntity } from '../roles/role.entity.js';
import { newId } from '../wire/id.js';
import { AccessRuleEntity } from './access-rule.entity.js';
import { ApplicationCredentialAccessRuleEntity } from './application-credential-access-rule.entity.js';
import { ApplicationCredentialRoleEntity } from './application-credential-role.entity.js';
import type { AccessRule, ApplicationCredential } from './application-credential.js';
import { ApplicationCredentialEntity } from './application-credential.entity.js';

/** A user may have this many; Keystone's `user_limit`. */
export const CREDENTIALS_PER_USER = 1000;

@Injectable()
export class ApplicationCredentialsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(userId: string, name?: string): Promise<ApplicationCredential[]> {
    const rows = await this.dataSource.getRepository(ApplicationCredentialEntity).find({
      where: { userId, ...(name === undefined ? {} : { name }) },
      order: { id: 'ASC' },
      take: CREDENTIALS_PER_USER,
    });
    return this.complete(rows);
  }

  async find(id: string): Promise<ApplicationCredential | undefined> {
    const row = await this.dataSource.getRepository(ApplicationCredentialEntity).findOneBy({ id });
    return row ? (await this.complete([row]))[0] : undefined;
  }

  async findByName(userId: string, name: string): Promise<ApplicationCredential | undefined> {
    return (await this.list(userId, name))[0];
  }

  count(userId: string): Promise<number> {
    return this.dataSource.getRepository(ApplicationCredentialEntity).countBy({ userId });
  }

  private async complete(rows: readonly ApplicationCredentialEntity[]): Promise<ApplicationCredential[]> {
    const ids = rows.map((row) => row.id);
    const roleLinks = await this.dataSource
      .getRepository(ApplicationCredentialRoleEntity)
      .findBy({ applicationCredentialId: In(ids) });
    const roles = await this.dataSource.getRepository(RoleEntity).findBy({ id: In(roleLinks.map((l) => l.roleId)) });
    const ruleLinks = await this.dataSource
      .getRepository(ApplicationCredentialAccessRuleEntity)
      .findBy({ applicationCredentialId: In(ids) });
    const rules = await this.dataSource
      .getRepository(AccessRuleEntity)
      .findBy({ id: In(ruleLinks.map((link) => link.accessRuleId)) });
    return rows.map(({ hasAccessRules, ...row }) => {
      const roleIds = roleLinks.filter((l) => l.applicationCredentialId === row.id).map((l) => l.roleId);
      const ruleIds = ruleLinks.filter((l) => l.applicationCredentialId === row.id).map((l) => l.accessRuleId);
      return {
        ...row,
        roles: roles.filter((role) => roleIds.includes(role.id)),
        accessRules: hasAccessRules ? rules.filter((rule) => ruleIds.includes(rule.id)) : null,
      };
    });
  }

  /** Stores the credential with its roles and rules; a rule the user has already is used again. */
  async insert(credential: ApplicationCredential): Promise<ApplicationCredential> {
    const { roles, accessRules, ...row } = credential;
    return this.dataSource.transaction(async (tx) => {
      await tx
        .getRepository(ApplicationCredentialEntity)
        .insert({ ...row, hasAccessRules: accessRules !== null })
        .catch((error: unknown) => {
          if (!isUniqueViolation(error)) throw error;
          throw new Conflict(
            `Conflict occurred attempting to store application_credential - Duplicate entry found with name ${row.name}.`,
          );
        });
      const links = roles.map((role) => ({ applicationCredentialId: row.id, roleId: role.id }));
      await tx.getRepository(ApplicationCredentialRoleEntity).insert(links);
      const stored = accessRules === null ? null : await this.linkRules(tx, row.id, row.userId, accessRules);
      return { ...credential, accessRules: stored };
    });
  }

  private async linkRules(tx: EntityManager, id: string, userId: string, rules: readonly AccessRule[]) {
    const stored: AccessRule[] = [];
    for (const { service, method, path } of rules) {
      await tx.query(
        `INSERT INTO access_rules (id, user_id, service, method, path) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [newId(), userId, service, method, path],
      );
      stored.push(await tx.getRepository(AccessRuleEntity).findOneByOrFail({ userId, service, method, path }));
    }
    const links = [...new Set(stored.map((rule) => rule.id))].map((accessRuleId) => ({
      applicationCredentialId: id,
      accessRuleId,
    }));
    if (links.length > 0) await tx.getRepository(ApplicationCredentialAccessRuleEntity).insert(links);
    return stored;
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.getRepository(ApplicationCredentialEntity).delete({ id });
  }

  listRules(userId: string): Promise<AccessRule[]> {
    return this.dataSource.getRepository(AccessRuleEntity).find({ where: { userId }, order: { id: 'ASC' } });
  }

  findRule(userId: string, id: string): Promise<AccessRule | null> {
    return this.dataSource.getRepository(AccessRuleEntity).findOneBy({ userId, id });
  }

  async deleteRule(id: string): Promise<void> {
    await this.dataSource
      .getRepository(AccessRuleEntity)
      .delete({ id })
      .catch((error: unknown) => {
        if (!isForeignKeyViolation(error)) throw error;
        throw new Forbidden(`Access rule ${id} is in use by an application credential.`);
      });
  }
}
