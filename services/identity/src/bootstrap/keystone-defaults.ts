import { Injectable } from '@nestjs/common';
import { DEFAULT_DOMAIN_ID } from '../domains/domain.js';
import { DomainsService } from '../domains/domains.service.js';
import type { Role } from '../roles/role.js';
import { RolesService } from '../roles/roles.service.js';

/** Keystone's standard roles, and Swift's. */
const NAMES = ['admin', 'manager', 'member', 'reader', 'service', 'ResellerAdmin'] as const;
/** Each implies the next. */
const CHAIN = ['admin', 'manager', 'member', 'reader'] as const;

/** What every Keystone has: the domain `default`, and the standard roles. */
@Injectable()
export class KeystoneDefaults {
  constructor(
    private readonly domains: DomainsService,
    private readonly roles: RolesService,
  ) {}

  /** Makes what is missing; what an operator changed about an existing one stays. */
  async ensure(): Promise<void> {
    if (!(await this.domains.find(DEFAULT_DOMAIN_ID))) {
      const fields = { name: 'Default', description: 'The default domain', enabled: true };
      await this.domains.create(fields, DEFAULT_DOMAIN_ID);
    }
    await this.ensureRoles();
  }

  private async ensureRoles(): Promise<void> {
    const made = new Set<string>();
    const byName = new Map<string, Role>();
    for (const name of NAMES) {
      const existing = await this.roles.findByName(name);
      if (!existing) made.add(name);
      byName.set(name, existing ?? (await this.roles.create({ name })));
    }
    const implications = await this.roles.implications();
    for (let index = 1; index < CHAIN.length; index += 1) {
      const prior = byName.get(CHAIN[index - 1] ?? '');
      const implied = byName.get(CHAIN[index] ?? '');
      if (!prior || !implied || (!made.has(prior.name) && !made.has(implied.name))) continue;
      if (implications.some((i) => i.priorRoleId === prior.id && i.impliedRoleId === implied.id)) continue;
      await this.roles.imply(prior, implied);
    }
  }
}
