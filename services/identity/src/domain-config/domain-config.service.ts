import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import { Transactions } from '../database/transactions.js';
import { DomainsService } from '../domains/domains.service.js';
import { checkConfig, checkOnly, checkSupported, type ConfigOptions, type DomainConfig } from './domain-config.js';
import { type ConfigPlace, DomainConfigRepository } from './domain-config.repository.js';

@Injectable()
export class DomainConfigService {
  constructor(
    private readonly repository: DomainConfigRepository,
    private readonly domains: DomainsService,
    private readonly transactions: Transactions,
  ) {}

  /** All of a domain's configuration, one group of it, or one option of that. */
  async show(place: ConfigPlace): Promise<DomainConfig> {
    await this.domains.show(place.domainId);
    if (place.group !== undefined) checkSupported(place.group, place.option);
    const config = await this.repository.find(place);
    if (Object.keys(config).length === 0) throw this.missing(place);
    return config;
  }

  /** Replaces whatever there was; says whether that was nothing. */
  async replace(domainId: string, config: DomainConfig): Promise<{ config: DomainConfig; created: boolean }> {
    await this.domains.show(domainId);
    checkConfig(config);
    const before = await this.repository.find({ domainId });
    await this.transactions.run(async (tx) => {
      await this.repository.delete(tx, { domainId });
      await this.repository.set(tx, domainId, config);
    });
    return { config: await this.repository.find({ domainId }), created: Object.keys(before).length === 0 };
  }

  /** Adds to what there is, and answers with all of it. */
  async update(domainId: string, config: DomainConfig): Promise<DomainConfig> {
    await this.show({ domainId });
    return this.change(domainId, config);
  }

  async updateGroup(domainId: string, group: string, config: DomainConfig): Promise<DomainConfig> {
    checkSupported(group);
    checkOnly(group, config, 'group');
    await this.show({ domainId, group });
    return this.change(domainId, config);
  }

  async updateOption(domainId: string, group: string, option: string, config: ConfigOptions): Promise<DomainConfig> {
    checkSupported(group, option);
    checkOnly(option, config, 'option');
    await this.show({ domainId, group, option });
    return this.change(domainId, { [group]: config });
  }

  async delete(place: ConfigPlace): Promise<void> {
    if (place.group === undefined) await this.domains.show(place.domainId);
    else await this.show(place);
    await this.transactions.run((tx) => this.repository.delete(tx, place));
  }

  private async change(domainId: string, config: DomainConfig): Promise<DomainConfig> {
    checkConfig(config);
    await this.transactions.run((tx) => this.repository.set(tx, domainId, config));
    return this.repository.find({ domainId });
  }

  private missing({ domainId, group, option }: ConfigPlace): NotFound {
    const what = option ?? group ?? 'any options';
    return new NotFound(`Could not find ${what} in domain configuration for domain ${domainId}.`);
  }
}
