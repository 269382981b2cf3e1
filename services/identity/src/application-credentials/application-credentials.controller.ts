import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  AccessRuleAnswer,
  AccessRuleList,
  AccessRuleQuery,
  ApplicationCredentialAnswer,
  ApplicationCredentialCreated,
  ApplicationCredentialList,
  ApplicationCredentialQuery,
  CreateApplicationCredential,
} from '@ocx/openstack-api/identity/application-credentials';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import {
  endsApplicationCredentials,
  makesApplicationCredentials,
  readsApplicationCredentials,
} from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { pageView } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { accessRuleView, applicationCredentialView } from './application-credential.view.js';
import { ApplicationCredentialsService } from './application-credentials.service.js';

@Controller('v3/users/:user_id')
export class ApplicationCredentialsController {
  constructor(
    private readonly credentials: ApplicationCredentialsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get('application_credentials')
  @Policy(readsApplicationCredentials)
  @Operation({ query: ApplicationCredentialQuery, answers: { 200: ApplicationCredentialList } })
  async list(@Param('user_id') userId: string, @Query() query: unknown, @RequestPath() path: string) {
    const asked = parse(ApplicationCredentialQuery, query);
    const credentials = await this.credentials.list(userId, asked.name);
    const views = credentials.map((one) => applicationCredentialView(one, this.settings.base));
    return pageView('application_credentials', views, asked, this.settings.publicUrl + path);
  }

  @Post('application_credentials')
  @Policy(makesApplicationCredentials)
  @Operation({ body: CreateApplicationCredential, answers: { 201: ApplicationCredentialCreated }, errors: [409] })
  async create(@Body() body: unknown, @Caller() caller: Principal) {
    const fields = parse(CreateApplicationCredential, body).application_credential;
    const { credential, secret } = await this.credentials.create(caller, fields);
    return { application_credential: { ...applicationCredentialView(credential, this.settings.base), secret } };
  }

  @Get('application_credentials/:id')
  @Policy(readsApplicationCredentials)
  @Operation({ answers: { 200: ApplicationCredentialAnswer } })
  async show(@Param('user_id') userId: string, @Param('id') id: string) {
    const credential = await this.credentials.show(userId, id);
    return { application_credential: applicationCredentialView(credential, this.settings.base) };
  }

  @Delete('application_credentials/:id')
  @HttpCode(204)
  @Policy(endsApplicationCredentials)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('user_id') userId: string, @Param('id') id: string, @Caller() caller: Principal): Promise<void> {
    await this.credentials.delete(caller, userId, id);
  }

  @Get('access_rules')
  @Policy(readsApplicationCredentials)
  @Operation({ query: AccessRuleQuery, answers: { 200: AccessRuleList } })
  async listRules(@Param('user_id') userId: string, @Query() query: unknown, @RequestPath() path: string) {
    const rules = await this.credentials.listRules(userId);
    const views = rules.map((rule) => accessRuleView(rule, userId, this.settings.base));
    return pageView('access_rules', views, parse(AccessRuleQuery, query), this.settings.publicUrl + path);
  }

  @Get('access_rules/:id')
  @Policy(readsApplicationCredentials)
  @Operation({ answers: { 200: AccessRuleAnswer } })
  async showRule(@Param('user_id') userId: string, @Param('id') id: string) {
    return { access_rule: accessRuleView(await this.credentials.showRule(userId, id), userId, this.settings.base) };
  }

  @Delete('access_rules/:id')
  @HttpCode(204)
  @Policy(endsApplicationCredentials)
  @Operation({ answers: { 204: {} } })
  async deleteRule(
    @Param('user_id') userId: string,
    @Param('id') id: string,
    @Caller() caller: Principal,
  ): Promise<void> {
    await this.credentials.deleteRule(caller, userId, id);
  }
}
