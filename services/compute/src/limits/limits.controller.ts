import { Controller, Get } from '@nestjs/common';
import { ComputeLimits } from '@ocx/openstack-api/compute/limits';
import { Policy } from '@ocx/service-kit/auth';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { amountsOf, Quotas } from '../quotas/quotas.js';
import { ownerOf } from '../servers/owner.js';
import { ServersRepository } from '../servers/servers.repository.js';
import { readLimits } from './limits.policy.js';

@Controller('v2.1/limits')
export class LimitsController {
  constructor(
    private readonly servers: ServersRepository,
    private readonly quotas: Quotas,
  ) {}

  @Get()
  @Policy(readLimits)
  @Operation({ answers: { 200: ComputeLimits } })
  async show(@Caller() caller: Principal, @RequestMicroversion() { minor }: MicroversionValue) {
    const owner = ownerOf(caller);
    const limits = await this.quotas.limitsOf(owner);
    const used = amountsOf(await this.servers.flavorsInUse(owner));
    const network = { maxSecurityGroups: 1, maxSecurityGroupRules: 0, maxTotalFloatingIps: 0 };
    const networkUsed = { totalFloatingIpsUsed: 0, totalSecurityGroupsUsed: 1 };
    const absolute = {
      maxTotalInstances: limits.instances,
      maxTotalCores: limits.cores,
      maxTotalRAMSize: limits.ram,
      maxTotalKeypairs: await this.quotas.keyPairs(owner.realm),
      maxServerMeta: 128,
      maxServerGroups: 0,
      maxServerGroupMembers: 0,
      totalInstancesUsed: used.instances,
      totalCoresUsed: used.cores,
      totalRAMUsed: used.ram,
      totalServerGroupsUsed: 0,
      ...(minor < 36 ? { ...network, ...networkUsed } : {}),
      ...(minor < 57 ? { maxImageMeta: 128, maxPersonality: 0, maxPersonalitySize: 0 } : {}),
    };
    return { limits: { rate: [], absolute } };
  }
}
