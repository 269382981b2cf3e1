import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  CreateLimits,
  LimitAnswer,
  LimitList,
  LimitModelAnswer,
  LimitQuery,
  UpdateLimit,
} from '@ocx/openstack-api/identity/limits';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { anyUser, cloudAdmin, isBroker, limitReads, readsEverything } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { LIMIT_MODEL, type ResourceLimit } from './limit.js';
import { limitView } from './limit.view.js';
import type { LimitOwner } from './limits.repository.js';
import { LimitsService } from './limits.service.js';

/** Whose limits a caller sees: operator and broker everybody's, others those of the project or domain of their token. */
const seenFrom = (caller: Principal): LimitOwner | undefined =>
  readsEverything(caller) || isBroker(caller) ? undefined : { projectId: caller.projectId, domainId: caller.domainId };

const sees = (caller: Principal, limit: ResourceLimit): boolean => {
  const from = seenFrom(caller);
  if (!from) return true;
  return limit.projectId === null ? limit.domainId === from.domainId : limit.projectId === from.projectId;
};

@Controller('v3/limits')
export class LimitsController {
  constructor(
    private readonly limits: LimitsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get('model')
  @Policy(anyUser)
  @Operation({ answers: { 200: LimitModelAnswer } })
  showModel() {
    return { model: LIMIT_MODEL };
  }

  @Get()
  @Policy(limitReads)
  @Operation({ query: LimitQuery, answers: { 200: LimitList } })
  async list(@Query() query: unknown, @Caller() caller: Principal, @RequestPath() path: string) {
    const filter = parse(LimitQuery, query);
    const asked = {
      serviceId: filter.service_id,
      regionId: filter.region_id,
      resourceName: filter.resource_name,
      projectId: filter.project_id,
      domainId: filter.domain_id,
    };
    const { items, next } = await this.limits.list(asked, pageRequest(filter), seenFrom(caller));
    return this.listView(items, path, next);
  }

  @Post()
  @Policy(cloudAdmin)
  @Operation({ body: CreateLimits, answers: { 201: LimitList }, errors: [409] })
  async create(@Body() body: unknown, @RequestPath() path: string) {
    const made = await this.limits.create(
      parse(CreateLimits, body).limits.map((limit) => ({
        projectId: limit.project_id ?? null,
        domainId: limit.domain_id ?? null,
        serviceId: limit.service_id,
        regionId: limit.region_id ?? null,
        resourceName: limit.resource_name,
        resourceLimit: limit.resource_limit,
        description: limit.description ?? null,
      })),
    );
    return this.listView(made, path);
  }

  @Get(':limit_id')
  @Policy(anyUser)
  @Operation({ answers: { 200: LimitAnswer }, errors: [403] })
  async show(@Param('limit_id') id: string, @Caller() caller: Principal) {
    const limit = await this.limits.show(id);
    if (!sees(caller, limit)) throw new Forbidden('You are not authorized to perform the requested action.');
    return { limit: limitView(limit, this.settings.base) };
  }

  @Patch(':limit_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateLimit, answers: { 200: LimitAnswer } })
  async update(@Param('limit_id') id: string, @Body() body: unknown) {
    const { limit } = parse(UpdateLimit, body);
    const change = { resourceLimit: limit.resource_limit, description: limit.description };
    return { limit: limitView(await this.limits.update(id, change), this.settings.base) };
  }

  @Delete(':limit_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('limit_id') id: string): Promise<void> {
    await this.limits.delete(id);
  }

  private listView(limits: readonly ResourceLimit[], path: string, next?: string) {
    return {
      limits: limits.map((limit) => limitView(limit, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }
}
