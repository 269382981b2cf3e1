import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { Policy } from '@ocx/service-kit/auth';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, cloudAdminOrOwnDomain } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { CreateDomain, DomainQuery, UpdateDomain } from './domain.schema.js';
import { domainView } from './domain.view.js';
import { DomainsService } from './domains.service.js';

@Controller('v3/domains')
export class DomainsController {
  constructor(
    private readonly domains: DomainsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(cloudAdmin)
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(DomainQuery, query);
    const { items, next } = await this.domains.list(filter, pageRequest(filter));
    return {
      domains: items.map((domain) => domainView(domain, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post()
  @Policy(cloudAdmin)
  async create(@Body({ schema: CreateDomain }) body: unknown) {
    const { domain } = parse(CreateDomain, body);
    return { domain: domainView(await this.domains.create(domain), this.settings.base) };
  }

  @Get(':domain_id')
  @Policy(cloudAdminOrOwnDomain)
  async show(@Param('domain_id') id: string) {
    return { domain: domainView(await this.domains.show(id), this.settings.base) };
  }

  @Patch(':domain_id')
  @Policy(cloudAdmin)
  async update(@Param('domain_id') id: string, @Body({ schema: UpdateDomain }) body: unknown) {
    const { domain } = parse(UpdateDomain, body);
    return { domain: domainView(await this.domains.update(id, domain), this.settings.base) };
  }

  @Delete(':domain_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  async delete(@Param('domain_id') id: string): Promise<void> {
    await this.domains.delete(id);
  }
}
