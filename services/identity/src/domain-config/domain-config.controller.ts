import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Put, Res } from '@nestjs/common';
import {
  DomainConfigAnswer,
  DomainConfigOptionAnswer,
  SetDomainConfig,
  SetDomainConfigOption,
} from '@ocx/openstack-api/identity/domain-config';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';

import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply } from 'fastify';
import { cloudAdmin, systemReads } from '../policies/identity.policy.js';
import { checkSupported, DEFAULT_CONFIG } from './domain-config.js';
import { DomainConfigService } from './domain-config.service.js';

@Controller('v3/domains')
export class DomainConfigController {
  constructor(private readonly configs: DomainConfigService) {}

  @Get('config/default')
  @Policy(systemReads)
  @Operation({ answers: { 200: DomainConfigAnswer } })
  showDefault() {
    return { config: DEFAULT_CONFIG };
  }

  @Get('config/:group/default')
  @Policy(systemReads)
  @Operation({ answers: { 200: DomainConfigAnswer } })
  showDefaultGroup(@Param('group') group: string) {
    checkSupported(group);
    return { config: { [group]: DEFAULT_CONFIG[group] ?? {} } };
  }

  @Get('config/:group/:option/default')
  @Policy(systemReads)
  @Operation({ answers: { 200: DomainConfigOptionAnswer } })
  showDefaultOption(@Param('group') group: string, @Param('option') option: string) {
    checkSupported(group, option);
    return { config: { [option]: DEFAULT_CONFIG[group]?.[option] ?? null } };
  }

  @Get(':domain_id/config')
  @Policy(systemReads)
  @Operation({ answers: { 200: DomainConfigAnswer } })
  async show(@Param('domain_id') domainId: string) {
    return { config: await this.configs.show({ domainId }) };
  }

  @Get(':domain_id/config/:group')
  @Policy(systemReads)
  @Operation({ answers: { 200: DomainConfigAnswer } })
  async showGroup(@Param('domain_id') domainId: string, @Param('group') group: string) {
    return { config: await this.configs.show({ domainId, group }) };
  }

  @Get(':domain_id/config/:group/:option')
  @Policy(systemReads)
  @Operation({ answers: { 200: DomainConfigOptionAnswer } })
  async showOption(
    @Param('domain_id') domainId: string,
    @Param('group') group: string,
    @Param('option') option: string,
  ) {
    const config = await this.configs.show({ domainId, group, option });
    return { config: config[group] ?? {} };
  }

  /** 201 for the first configuration of a domain, 200 for one in the place of another. */
  @Put(':domain_id/config')
  @Policy(cloudAdmin)
  @Operation({ body: SetDomainConfig, answers: { 200: DomainConfigAnswer, 201: DomainConfigAnswer } })
  async replace(
    @Param('domain_id') domainId: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { config, created } = await this.configs.replace(domainId, parse(SetDomainConfig, body).config);
    reply.status(created ? 201 : 200);
    return { config };
  }

  @Patch(':domain_id/config')
  @Policy(cloudAdmin)
  @Operation({ body: SetDomainConfig, answers: { 200: DomainConfigAnswer } })
  async update(@Param('domain_id') domainId: string, @Body() body: unknown) {
    return { config: await this.configs.update(domainId, parse(SetDomainConfig, body).config) };
  }

  @Patch(':domain_id/config/:group')
  @Policy(cloudAdmin)
  @Operation({ body: SetDomainConfig, answers: { 200: DomainConfigAnswer } })
  async updateGroup(@Param('domain_id') domainId: string, @Param('group') group: string, @Body() body: unknown) {
    return { config: await this.configs.updateGroup(domainId, group, parse(SetDomainConfig, body).config) };
  }

  @Patch(':domain_id/config/:group/:option')
  @Policy(cloudAdmin)
  @Operation({ body: SetDomainConfigOption, answers: { 200: DomainConfigAnswer } })
  async updateOption(
    @Param('domain_id') domainId: string,
    @Param('group') group: string,
    @Param('option') option: string,
    @Body() body: unknown,
  ) {
    const { config } = parse(SetDomainConfigOption, body);
    return { config: await this.configs.updateOption(domainId, group, option, config) };
  }

  @Delete(':domain_id/config')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('domain_id') domainId: string): Promise<void> {
    await this.configs.delete({ domainId });
  }

  @Delete(':domain_id/config/:group')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async deleteGroup(@Param('domain_id') domainId: string, @Param('group') group: string): Promise<void> {
    await this.configs.delete({ domainId, group });
  }

  @Delete(':domain_id/config/:group/:option')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async deleteOption(
    @Param('domain_id') domainId: string,
    @Param('group') group: string,
    @Param('option') option: string,
  ): Promise<void> {
    await this.configs.delete({ domainId, group, option });
  }
}
