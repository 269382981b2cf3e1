import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  CreatePolicy,
  PolicyAnswer,
  PolicyList,
  PolicyQuery,
  UpdatePolicy,
} from '@ocx/openstack-api/identity/policies';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, systemReads } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { policyView } from './policy-document.view.js';
import { PolicyDocumentsService } from './policy-documents.service.js';

@Controller('v3/policies')
export class PolicyDocumentsController {
  constructor(
    private readonly policies: PolicyDocumentsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReads)
  @Operation({ query: PolicyQuery, answers: { 200: PolicyList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(PolicyQuery, query);
    const { items, next } = await this.policies.list({ type: filter.type }, pageRequest(filter));
    return {
      policies: items.map((policy) => policyView(policy, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post()
  @Policy(cloudAdmin)
  @Operation({ body: CreatePolicy, answers: { 201: PolicyAnswer } })
  async create(@Body() body: unknown) {
    const { policy } = parse(CreatePolicy, body);
    return { policy: policyView(await this.policies.create(policy), this.settings.base) };
  }

  @Get(':policy_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: PolicyAnswer } })
  async show(@Param('policy_id') id: string) {
    return { policy: policyView(await this.policies.show(id), this.settings.base) };
  }

  @Patch(':policy_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdatePolicy, answers: { 200: PolicyAnswer } })
  async update(@Param('policy_id') id: string, @Body() body: unknown) {
    const { policy } = parse(UpdatePolicy, body);
    return { policy: policyView(await this.policies.update(id, policy), this.settings.base) };
  }

  @Delete(':policy_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('policy_id') id: string): Promise<void> {
    await this.policies.delete(id);
  }
}
