import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  CreateCredential,
  CredentialAnswer,
  CredentialList,
  CredentialQuery,
  UpdateCredential,
} from '@ocx/openstack-api/identity/credentials';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { ownCredentials } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { credentialView } from './credential.view.js';
import { CredentialsService } from './credentials.service.js';

@Controller('v3/credentials')
export class CredentialsController {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(ownCredentials)
  @Operation({ query: CredentialQuery, answers: { 200: CredentialList } })
  async list(@Query() query: unknown, @Caller() caller: Principal, @RequestPath() path: string) {
    const filter = parse(CredentialQuery, query);
    const wanted = { userId: filter.user_id, type: filter.type };
    const { items, next } = await this.credentials.list(caller, wanted, pageRequest(filter));
    return {
      credentials: items.map((credential) => credentialView(credential, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post()
  @Policy(ownCredentials)
  @Operation({ body: CreateCredential, answers: { 201: CredentialAnswer }, errors: [404, 409] })
  async create(@Body() body: unknown, @Caller() caller: Principal) {
    const { credential: fields } = parse(CreateCredential, body);
    const credential = await this.credentials.create(caller, {
      blob: fields.blob,
      type: fields.type,
      userId: fields.user_id,
      projectId: fields.project_id,
    });
    return { credential: credentialView(credential, this.settings.base) };
  }

  @Get(':credential_id')
  @Policy(ownCredentials)
  @Operation({ answers: { 200: CredentialAnswer } })
  async show(@Param('credential_id') id: string, @Caller() caller: Principal) {
    return { credential: credentialView(await this.credentials.show(caller, id), this.settings.base) };
  }

  @Patch(':credential_id')
  @Policy(ownCredentials)
  @Operation({ body: UpdateCredential, answers: { 200: CredentialAnswer } })
  async update(@Param('credential_id') id: string, @Body() body: unknown, @Caller() caller: Principal) {
    const { credential: change } = parse(UpdateCredential, body);
    const credential = await this.credentials.update(caller, id, {
      blob: change.blob,
      type: change.type,
      userId: change.user_id,
      projectId: change.project_id,
    });
    return { credential: credentialView(credential, this.settings.base) };
  }

  @Delete(':credential_id')
  @HttpCode(204)
  @Policy(ownCredentials)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('credential_id') id: string, @Caller() caller: Principal): Promise<void> {
    await this.credentials.delete(caller, id);
  }
}
