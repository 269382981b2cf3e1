import { Injectable } from '@nestjs/common';
import { CatalogService } from '../catalog/catalog.service.js';
import { DEFAULT_DOMAIN_ID } from '../domains/domain.js';
import { DomainsService } from '../domains/domains.service.js';
import { BrokerEnrolment } from './broker-enrolment.js';
import { FirstAdministrator } from './first-administrator.js';
import { StandardRoles } from './standard-roles.js';

/** The combined region: clients use it when they name none. */
export const COMBINED_REGION = 'exchange';

/** What an empty database gets at the first start. Every step is idempotent, so a crash in between is made good. */
@Injectable()
export class BootstrapService {
  constructor(
    private readonly domains: DomainsService,
    private readonly catalog: CatalogService,
    private readonly roles: StandardRoles,
    private readonly administrator: FirstAdministrator,
    private readonly enrolment: BrokerEnrolment,
  ) {}

  async run(): Promise<void> {
    if (!(await this.domains.find(DEFAULT_DOMAIN_ID))) {
      await this.domains.create(
        { name: 'Default', description: 'The default domain', enabled: true },
        DEFAULT_DOMAIN_ID,
      );
    }
    await this.roles.ensure();
    await this.administrator.ensure();
    await this.ensureCatalog();
    await this.enrolment.ensure();
  }

  private async ensureCatalog(): Promise<void> {
    await this.catalog.ensureRegion(COMBINED_REGION);
    const [existing] = await this.catalog.listServices({ type: 'identity' });
    const service =
      existing ??
      (await this.catalog.createService({ type: 'identity', name: 'identity', description: '', enabled: true }));
    await this.catalog.ensureOwnEndpoints(service.id, COMBINED_REGION);
  }
}
