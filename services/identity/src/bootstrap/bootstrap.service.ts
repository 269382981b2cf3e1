import { Injectable } from '@nestjs/common';
import { COMBINED_REGION } from '../catalog/catalog.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { Transactions } from '../database/transactions.js';
import { BrokerEnrolment } from './broker-enrolment.js';
import { FirstAdministrator } from './first-administrator.js';
import { KeystoneDefaults } from './keystone-defaults.js';

const BOOTSTRAP_LOCK = 721_049_333;

/** What an empty database gets at the first start. Every step is idempotent, so a crash in between is made good. */
@Injectable()
export class BootstrapService {
  constructor(
    private readonly transactions: Transactions,
    private readonly catalog: CatalogService,
    private readonly defaults: KeystoneDefaults,
    private readonly administrator: FirstAdministrator,
    private readonly enrolment: BrokerEnrolment,
  ) {}

  /** Replicas that start together take turns; the later ones find everything made. */
  run(): Promise<void> {
    return this.transactions.exclusively(BOOTSTRAP_LOCK, () => this.ensureAll());
  }

  private async ensureAll(): Promise<void> {
    await this.defaults.ensure();
    await this.administrator.ensure();
    await this.ensureCatalog();
    await this.enrolment.ensure();
  }

  private async ensureCatalog(): Promise<void> {
    await this.catalog.ensureRegion(COMBINED_REGION);
    const [existing] = await this.catalog.listServices({ type: [{ comparator: 'equals', value: 'identity' }] });
    const service =
      existing ??
      (await this.catalog.createService({ type: 'identity', name: 'identity', description: '', enabled: true }));
    await this.catalog.ensureOwnEndpoints(service.id, COMBINED_REGION);
  }
}
