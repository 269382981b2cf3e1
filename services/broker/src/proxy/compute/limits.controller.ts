import { Controller, Get, Param, Query } from '@nestjs/common';
import { OpenStackId } from '@ocx/openstack-api/ids';
import { ComputeLimits } from '@ocx/openstack-api/compute/limits';
import {
  ComputeQuotaDetail,
  type ComputeQuotas,
  ComputeQuotaSet,
  LimitsQuery,
} from '@ocx/openstack-api/compute/quotas';
import type { ComputeQuota } from '@ocx/openstack-api/identity/limited-resources';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden } from '@ocx/service-kit/errors';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { isOperator } from '../../exchange-api/exchange.policy.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { ExchangeLimits } from '../quotas/exchange-limits.js';
import { QuotasService } from '../quotas/quotas.service.js';

/** Quotas of the exchange, enforced by the broker over all landlords together. */
@Controller('regions/:region/compute/v2.1')
@Policy(PROXY_POLICY.projectReader)
export class ComputeLimitsController {
  constructor(
    private readonly quotas: QuotasService,
    private readonly exchangeLimits: ExchangeLimits,
  ) {}

  @Get('limits')
  @Operation({ query: LimitsQuery, answers: { 200: ComputeLimits } })
  async limits(
    @Caller() caller: Principal,
    @Query() query: unknown,
    @RequestMicroversion() { minor }: MicroversionValue,
  ) {
    const project = subject(caller, parse(LimitsQuery, query).tenant_id ?? caller.projectId ?? '');
    const [limit, used] = await Promise.all([this.exchangeLimits.compute(project), this.quotas.compute(project)]);
    return {
      limits: {
        rate: [],
        absolute: {
          maxTotalInstances: limit.instances,
          maxTotalCores: limit.cores,
          maxTotalRAMSize: limit.ram,
          maxServerMeta: 128,
          maxTotalKeypairs: limit.key_pairs,
          maxServerGroups: 0,
          maxServerGroupMembers: 0,
          totalInstancesUsed: used.instances,
          totalCoresUsed: used.cores,
          totalRAMUsed: used.ram,
          totalServerGroupsUsed: 0,
          ...(minor < 57 ? { maxPersonality: 0, maxPersonalitySize: 0 } : {}),
          ...(minor < 39 ? { maxImageMeta: 128 } : {}),
          ...(minor < 36
            ? {
                maxTotalFloatingIps: 0,
                maxSecurityGroups: 1,
                maxSecurityGroupRules: 0,
                totalFloatingIpsUsed: 0,
                totalSecurityGroupsUsed: 1,
              }
            : {}),
        },
      },
    };
  }

  @Get('os-quota-sets/:project')
  @Operation({ answers: { 200: ComputeQuotaSet } })
  async show(
    @Caller() caller: Principal,
    @Param('project') project: string,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const id = subject(caller, project);
    return { quota_set: { id, ...limitsAt(version, await this.exchangeLimits.compute(id)) } };
  }

  @Get('os-quota-sets/:project/defaults')
  @Operation({ answers: { 200: ComputeQuotaSet } })
  async defaults(
    @Caller() caller: Principal,
    @Param('project') project: string,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const id = subject(caller, project);
    return { quota_set: { id, ...limitsAt(version, await this.exchangeLimits.compute()) } };
  }

  @Get('os-quota-sets/:project/detail')
  @Operation({ answers: { 200: ComputeQuotaDetail } })
  async detail(
    @Caller() caller: Principal,
    @Param('project') project: string,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const id = subject(caller, project);
    const [limits, held] = await Promise.all([this.exchangeLimits.compute(id), this.quotas.compute(id)]);
    const used: Record<string, number> = { ...held };
    const use = Object.fromEntries(
      Object.entries(limitsAt(version, limits)).map(([key, limit]) => [
        key,
        { limit, in_use: used[key] ?? 0, reserved: 0 },
      ]),
    );
    return { quota_set: { id, ...use } as ComputeQuotaDetail['quota_set'] };
  }
}

function limitsAt({ minor }: MicroversionValue, quota: ComputeQuota): ComputeQuotas {
  return {
    ...quota,
    metadata_items: 128,
    server_groups: 0,
    server_group_members: 0,
    ...(minor < 57 ? { injected_files: 0, injected_file_content_bytes: 0, injected_file_path_bytes: 0 } : {}),
    ...(minor < 36
      ? { fixed_ips: -1, floating_ips: 0, security_groups: 1, security_group_rules: 0, networks: -1 }
      : {}),
  };
}

function subject(caller: Principal, project: string): string {
  if (project !== caller.projectId && !isOperator(caller)) {
    throw new Forbidden("Policy doesn't allow os_compute_api:os-quota-sets:show to be performed.");
  }
  return parse(OpenStackId, project);
}
