import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { RoleAnswer } from '@ocx/openstack-api/identity/roles';
import { CreateTrust, TrustAnswer, TrustList, TrustQuery, TrustRoles } from '@ocx/openstack-api/identity/trusts';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { involvedInTrust } from '../policies/identity.policy.js';
import { roleView } from '../roles/role.view.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { trustSummaryView, trustView } from './trust.view.js';
import { TrustsService } from './trusts.service.js';

@Controller('v3/OS-TRUST/trusts')
export class TrustsController {
  constructor(
    private readonly trusts: TrustsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(involvedInTrust)
  @Operation({ query: TrustQuery, answers: { 200: TrustList } })
  async list(@Query() query: unknown, @Caller() caller: Principal, @RequestPath() path: string) {
    const filter = parse(TrustQuery, query);
    const wanted = { trustorUserId: filter.trustor_user_id, trusteeUserId: filter.trustee_user_id };
    const { items, next } = await this.trusts.list(caller, wanted, pageRequest(filter));
    return {
      trusts: items.map((trust) => trustSummaryView(trust, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post()
  @Policy(involvedInTrust)
  @Operation({ body: CreateTrust, answers: { 201: TrustAnswer }, errors: [404] })
  async create(@Body() body: unknown, @Caller() caller: Principal) {
    const trust = await this.trusts.create(caller, parse(CreateTrust, body).trust);
    return { trust: trustView(trust, this.settings.base) };
  }

  @Get(':trust_id')
  @Policy(involvedInTrust)
  @Operation({ answers: { 200: TrustAnswer } })
  async show(@Param('trust_id') id: string, @Caller() caller: Principal) {
    return { trust: trustView(await this.trusts.show(caller, id), this.settings.base) };
  }

  @Delete(':trust_id')
  @HttpCode(204)
  @Policy(involvedInTrust)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('trust_id') id: string, @Caller() caller: Principal): Promise<void> {
    await this.trusts.delete(caller, id);
  }

  @Get(':trust_id/roles')
  @Policy(involvedInTrust)
  @Operation({ answers: { 200: TrustRoles } })
  async listRoles(@Param('trust_id') id: string, @Caller() caller: Principal, @RequestPath() path: string) {
    const { roles } = await this.trusts.show(caller, id);
    return {
      roles: roles.map((role) => roleView(role, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Get(':trust_id/roles/:role_id')
  @Policy(involvedInTrust)
  @Operation({ answers: { 200: RoleAnswer } })
  async showRole(@Param('trust_id') id: string, @Param('role_id') roleId: string, @Caller() caller: Principal) {
    return { role: roleView(await this.trusts.showRole(caller, id, roleId), this.settings.base) };
  }
}
