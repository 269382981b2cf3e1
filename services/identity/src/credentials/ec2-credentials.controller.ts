import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CreateEc2Credential, Ec2CredentialAnswer, Ec2CredentialList } from '@ocx/openstack-api/identity/credentials';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdminOrSelf, cloudAdminOrSelfAsMember } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { ec2CredentialView } from './credential.view.js';
import { Ec2CredentialsService } from './ec2-credentials.service.js';

@Controller('v3/users/:user_id/credentials/OS-EC2')
export class Ec2CredentialsController {
  constructor(
    private readonly credentials: Ec2CredentialsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(cloudAdminOrSelf)
  @Operation({ answers: { 200: Ec2CredentialList } })
  async list(@Param('user_id') userId: string, @Caller() caller: Principal, @RequestPath() path: string) {
    const credentials = await this.credentials.list(caller, userId);
    return {
      credentials: credentials.map((credential) => ec2CredentialView(credential, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Post()
  @Policy(cloudAdminOrSelfAsMember)
  @Operation({ body: CreateEc2Credential, answers: { 201: Ec2CredentialAnswer } })
  async create(@Param('user_id') userId: string, @Body() body: unknown, @Caller() caller: Principal) {
    const { tenant_id } = parse(CreateEc2Credential, body);
    return {
      credential: ec2CredentialView(await this.credentials.create(caller, userId, tenant_id), this.settings.base),
    };
  }

  @Get(':access')
  @Policy(cloudAdminOrSelf)
  @Operation({ answers: { 200: Ec2CredentialAnswer } })
  async show(@Param('user_id') userId: string, @Param('access') access: string, @Caller() caller: Principal) {
    const credential = await this.credentials.show(caller, userId, access);
    return { credential: ec2CredentialView(credential, this.settings.base) };
  }

  @Delete(':access')
  @HttpCode(204)
  @Policy(cloudAdminOrSelfAsMember)
  @Operation({ answers: { 204: {} } })
  async delete(
    @Param('user_id') userId: string,
    @Param('access') access: string,
    @Caller() caller: Principal,
  ): Promise<void> {
    await this.credentials.delete(caller, userId, access);
  }
}
