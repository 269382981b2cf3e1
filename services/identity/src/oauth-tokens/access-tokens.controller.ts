import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { AccessTokenAnswer, AccessTokenList, AccessTokenQuery } from '@ocx/openstack-api/identity/oauth-tokens';
import { RoleAnswer, RoleList } from '@ocx/openstack-api/identity/roles';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdminOrSelf, systemReadsOrSelf } from '../policies/identity.policy.js';
import { roleView } from '../roles/role.view.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { accessTokenView } from './access-token.view.js';
import { AccessTokensService } from './access-tokens.service.js';

@Controller('v3/users/:user_id/OS-OAUTH1/access_tokens')
export class AccessTokensController {
  constructor(
    private readonly tokens: AccessTokensService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReadsOrSelf)
  @Operation({ query: AccessTokenQuery, answers: { 200: AccessTokenList } })
  async list(
    @Param('user_id') userId: string,
    @Query() query: unknown,
    @Caller() caller: Principal,
    @RequestPath() path: string,
  ) {
    const { items, next } = await this.tokens.list(caller, userId, pageRequest(parse(AccessTokenQuery, query)));
    return {
      access_tokens: items.map((token) => accessTokenView(token, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Get(':access_token_id')
  @Policy(systemReadsOrSelf)
  @Operation({ answers: { 200: AccessTokenAnswer } })
  async show(@Param('user_id') userId: string, @Param('access_token_id') id: string, @Caller() caller: Principal) {
    return { access_token: accessTokenView(await this.tokens.show(caller, userId, id), this.settings.base) };
  }

  @Delete(':access_token_id')
  @HttpCode(204)
  @Policy(cloudAdminOrSelf)
  @Operation({ answers: { 204: {} } })
  async delete(
    @Param('user_id') userId: string,
    @Param('access_token_id') id: string,
    @Caller() caller: Principal,
  ): Promise<void> {
    await this.tokens.delete(caller, userId, id);
  }

  @Get(':access_token_id/roles')
  @Policy(systemReadsOrSelf)
  @Operation({ answers: { 200: RoleList } })
  async listRoles(
    @Param('user_id') userId: string,
    @Param('access_token_id') id: string,
    @Caller() caller: Principal,
    @RequestPath() path: string,
  ) {
    const roles = await this.tokens.listRoles(caller, userId, id);
    return {
      roles: roles.map((role) => roleView(role, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Get(':access_token_id/roles/:role_id')
  @Policy(systemReadsOrSelf)
  @Operation({ answers: { 200: RoleAnswer } })
  async showRole(
    @Param('user_id') userId: string,
    @Param('access_token_id') id: string,
    @Param('role_id') roleId: string,
    @Caller() caller: Principal,
  ) {
    return { role: roleView(await this.tokens.showRole(caller, userId, id, roleId), this.settings.base) };
  }
}
