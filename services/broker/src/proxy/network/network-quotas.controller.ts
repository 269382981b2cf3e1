import { Controller, Get, Param } from '@nestjs/common';
import { OpenStackId } from '@ocx/openstack-api/ids';
import { NetworkQuota, NetworkQuotaDetails, type NetworkQuotas } from '@ocx/openstack-api/network/networks';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { isOperator } from '../../exchange-api/exchange.policy.js';
import { InventoryService } from '../../inventory/inventory.service.js';
import { PROXY_POLICY } from '../proxy.policy.js';

/** Landlords make a project's networks, as many as it rents at; of the rest there is what there always is. */
const QUOTA: NetworkQuotas = {
  network: -1,
  subnet: 0,
  subnetpool: 0,
  port: 0,
  router: 0,
  floatingip: 0,
  rbac_policy: 0,
  security_group: 1,
  security_group_rule: 0,
};

/** Neutron's part in `openstack quota show`: nobody changes it, for tenants make nothing of Neutron's. */
@Controller('regions/:region/network/v2.0/quotas/:project')
@Policy(PROXY_POLICY.projectReader)
export class NetworkQuotasController {
  constructor(private readonly inventory: InventoryService) {}

  @Get()
  @Operation({ answers: { 200: NetworkQuota } })
  show(@Caller() caller: Principal, @Param('project') project: string) {
    subject(caller, project);
    return { quota: QUOTA };
  }

  @Get('default')
  @Operation({ answers: { 200: NetworkQuota } })
  defaults(@Caller() caller: Principal, @Param('project') project: string) {
    subject(caller, project);
    return { quota: QUOTA };
  }

  @Get('details')
  @Operation({ answers: { 200: NetworkQuotaDetails } })
  async details(@Caller() caller: Principal, @Param('project') project: string) {
    const servers = await this.inventory.list('server', subject(caller, project));
    const used: Partial<NetworkQuotas> = {
      network: new Set(servers.map(({ landlordId }) => landlordId)).size,
      security_group: 1,
    };
    const use = Object.entries(QUOTA).map(([name, limit]) => [
      name,
      { limit, used: used[name as keyof NetworkQuotas] ?? 0, reserved: 0 },
    ]);
    return { quota: Object.fromEntries(use) as NetworkQuotaDetails['quota'] };
  }
}

function subject(caller: Principal, project: string): string {
  if (project !== caller.projectId && !isOperator(caller)) {
    throw new Forbidden('rule:get_quota is disallowed by policy', { reason: 'PolicyNotAuthorized' });
  }
  return parse(OpenStackId, project);
}
