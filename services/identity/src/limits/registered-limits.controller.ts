import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  CreateRegisteredLimits,
  RegisteredLimitAnswer,
  RegisteredLimitList,
  RegisteredLimitQuery,
  UpdateRegisteredLimit,
} from '@ocx/openstack-api/identity/limits';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { anyUser, cloudAdmin, registeredLimitReads } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageView } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { registeredLimitView } from './limit.view.js';
import { RegisteredLimitsService } from './registered-limits.service.js';

@Controller('v3/registered_limits')
export class RegisteredLimitsController {
  constructor(
    private readonly limits: RegisteredLimitsService,
    private readonly settings: IdentitySettings,
  ) {}

  /** Any user: a default is the same for all, and clients show it. */
  @Get()
  @Policy(registeredLimitReads)
  @Operation({ query: RegisteredLimitQuery, answers: { 200: RegisteredLimitList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(RegisteredLimitQuery, query);
    const limits = await this.limits.list({
      serviceId: filter.service_id,
      regionId: filter.region_id,
      resourceName: filter.resource_name,
    });
    const views = limits.map((limit) => registeredLimitView(limit, this.settings.base));
    return pageView('registered_limits', views, filter, this.settings.publicUrl + path);
  }

  @Post()
  @Policy(cloudAdmin)
  @Operation({ body: CreateRegisteredLimits, answers: { 201: RegisteredLimitList }, errors: [409] })
  async create(@Body() body: unknown, @RequestPath() path: string) {
    const made = await this.limits.create(
      parse(CreateRegisteredLimits, body).registered_limits.map((limit) => ({
        serviceId: limit.service_id,
        regionId: limit.region_id ?? null,
        resourceName: limit.resource_name,
        defaultLimit: limit.default_limit,
        description: limit.description ?? null,
      })),
    );
    return {
      registered_limits: made.map((limit) => registeredLimitView(limit, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Get(':registered_limit_id')
  @Policy(anyUser)
  @Operation({ answers: { 200: RegisteredLimitAnswer } })
  async show(@Param('registered_limit_id') id: string) {
    return { registered_limit: registeredLimitView(await this.limits.show(id), this.settings.base) };
  }

  @Patch(':registered_limit_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateRegisteredLimit, answers: { 200: RegisteredLimitAnswer }, errors: [409] })
  async update(@Param('registered_limit_id') id: string, @Body() body: unknown) {
    const { registered_limit: change } = parse(UpdateRegisteredLimit, body);
    const updated = await this.limits.update(id, {
      serviceId: change.service_id,
      regionId: change.region_id,
      resourceName: change.resource_name,
      defaultLimit: change.default_limit,
      description: change.description,
    });
    return { registered_limit: registeredLimitView(updated, this.settings.base) };
  }

  @Delete(':registered_limit_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('registered_limit_id') id: string): Promise<void> {
    await this.limits.delete(id);
  }
}
