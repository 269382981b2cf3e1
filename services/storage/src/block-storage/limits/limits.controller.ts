import { Controller, Get, Param, Query } from '@nestjs/common';
import { projectAction } from '@ocx/landlord-kit/landlord.policy';
import { AvailabilityZoneList, CinderLimits, QuotaQuery, QuotaSet } from '@ocx/openstack-api/block-storage/limits';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import type { Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { ownerOf, type Owner } from '../owner.js';
import { ProjectCaller, projectPaths } from '../project-path.js';
import { VolumeQuotas } from '../volumes/volume-quotas.js';
import { AVAILABILITY_ZONE, limitsView, quotaSetView } from './limits.view.js';

/** Cinder v3: limits, quotas and availability zones, to be read. */
@Controller()
export class LimitsController {
  constructor(private readonly quotas: VolumeQuotas) {}

  @Get(projectPaths('limits'))
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: CinderLimits } })
  async limits(@ProjectCaller() principal: Principal) {
    const owner = ownerOf(principal);
    return limitsView(await this.quotas.limits(owner), await this.quotas.use(owner));
  }

  @Get(projectPaths('os-quota-sets/:target'))
  @Policy(projectAction('read'))
  @Operation({ query: QuotaQuery, answers: { 200: QuotaSet } })
  async quotaSet(@ProjectCaller() principal: Principal, @Param('target') target: string, @Query() query: unknown) {
    const owner = ownQuota(principal, target);
    const withUse = parse(QuotaQuery, query).usage?.toLowerCase() === 'true';
    return quotaSetView(target, await this.quotas.limits(owner), await this.quotas.use(owner), withUse);
  }

  @Get(projectPaths('os-quota-sets/:target/defaults'))
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: QuotaSet } })
  async defaults(@ProjectCaller() principal: Principal, @Param('target') target: string) {
    const owner = ownQuota(principal, target);
    return quotaSetView(target, await this.quotas.defaults(owner), await this.quotas.use(owner), false);
  }

  @Get(projectPaths('os-availability-zone'))
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: AvailabilityZoneList } })
  zones() {
    return { availabilityZoneInfo: [{ zoneName: AVAILABILITY_ZONE, zoneState: { available: true } }] };
  }
}

function ownQuota(principal: Principal, target: string): Owner {
  const owner = ownerOf(principal);
  if (target !== owner.projectId) throw new Forbidden('The quotas of another project cannot be read.');
  return owner;
}
