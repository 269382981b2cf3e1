import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ClaimLease,
  EndLease,
  type LandlordLease,
  LandlordLeaseList,
  LandlordLeasesQuery,
  LeaseAccepted,
  LeaseUsage,
  LeaseUsageQuery,
} from '@ocx/openstack-api/exchange/landlord';
import { Uuid } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { UsageService } from '../usage/usage.service.js';
import { LeaseClaim } from './lease-claim.service.js';
import { LeaseEnding } from './lease-ending.service.js';
import { leaseView } from './lease.view.js';
import { checkReach, claimLease, endLease, listLeases, readUsage } from './leases.policy.js';
import { LeasesService } from './leases.service.js';

const PAGE = 500;

@Controller('landlord/v1/leases')
export class LeasesController {
  constructor(
    private readonly claims: LeaseClaim,
    private readonly leases: LeasesService,
    private readonly ending: LeaseEnding,
    private readonly usage: UsageService,
  ) {}

  @Post()
  @HttpCode(201)
  @Policy(claimLease)
  @Operation({ body: ClaimLease, answers: { 201: LeaseAccepted }, errors: [409] })
  claim(@Caller() caller: Principal, @Body() body: unknown): Promise<{ acceptance: string }> {
    const { lease, boot } = parse(ClaimLease, body);
    return this.claims.claim(caller, lease, boot);
  }

  @Get()
  @Policy(listLeases)
  @Operation({ query: LandlordLeasesQuery, answers: { 200: LandlordLeaseList } })
  async list(@Query() query: unknown): Promise<{ leases: LandlordLease[] }> {
    const { after } = parse(LandlordLeasesQuery, query);
    return { leases: (await this.leases.list(after, PAGE)).map(leaseView) };
  }

  @Post(':id/end')
  @HttpCode(200)
  @Policy(endLease)
  @Operation({ body: EndLease, bodyOptional: true, answers: { 200: LeaseUsage }, errors: [409] })
  async end(@Caller() caller: Principal, @Param('id') id: string, @Body() body: unknown): Promise<{ usage: string[] }> {
    const lease = await this.leases.find(parse(Uuid, id));
    checkReach(caller, lease, ['end', 'write']);
    if (parse(EndLease, body).if_empty) await this.ending.endIfEmpty(lease.id);
    else await this.ending.end(lease.id);
    return { usage: await this.usage.newest(lease.id) };
  }

  @Get(':id/usage')
  @Policy(readUsage)
  @Operation({ query: LeaseUsageQuery, answers: { 200: LeaseUsage } })
  async showUsage(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<{ usage: string[] }> {
    const { after } = parse(LeaseUsageQuery, query);
    const lease = await this.leases.find(parse(Uuid, id));
    checkReach(caller, lease, ['feed', 'settle', 'read']);
    return { usage: await this.usage.upToNow(lease.id, after) };
  }
}
