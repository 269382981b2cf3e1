import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { CreateDomain, DomainAnswer, DomainList, DomainQuery, UpdateDomain } from '@ocx/openstack-api/identity/domains';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { textMatches } from '../database/text-match.js';
import { cloudAdmin, systemReads, systemReadsOrOwnDomain } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { domainView } from './domain.view.js';
import { DomainsService } from './domains.service.js';

@Controller('v3/domains')
export class DomainsController {
  constructor(
    private readonly domains: DomainsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReads)
  @Operation({ query: DomainQuery, answers: { 200: DomainList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(DomainQuery, query);
    const { items, next } = await this.domains.list(
      { name: textMatches(filter, 'name'), enabled: filter.enabled },
      pageRequest(filter),
    );
    return {
      domains: items.map((domain) => domainView(domain, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post()
  @Policy(cloudAdmin)
  @Operation({ body: CreateDomain, answers: { 201: DomainAnswer }, errors: [409] })
  async create(@Body() body: unknown) {
    const { domain } = parse(CreateDomain, body);
    return { domain: domainView(await this.domains.create(domain), this.settings.base) };
  }

  @Get(':domain_id')
  @Policy(systemReadsOrOwnDomain)
  @Operation({ answers: { 200: DomainAnswer } })
  async show(@Param('domain_id') id: string) {
    return { domain: domainView(await this.domains.show(id), this.settings.base) };
  }

  @Patch(':domain_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateDomain, answers: { 200: DomainAnswer }, errors: [409] })
  async update(@Param('domain_id') id: string, @Body() body: unknown) {
    const { domain } = parse(UpdateDomain, body);
    return { domain: domainView(await this.domains.update(id, domain), this.settings.base) };
  }

  @Delete(':domain_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('domain_id') id: string): Promise<void> {
    await this.domains.delete(id);
  }
}
