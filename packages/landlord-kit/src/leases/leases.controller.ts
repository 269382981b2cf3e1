import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Uuid } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { UsageService } from '../usage/usage.service.js';
import { LeaseClaim } from './lease-claim.service.js';
import { LeaseEnding } from './lease-ending.service.js';
import { leaseView, type LeaseView } from './lease.view.js';
import { checkReach, claimLease, endLease, listLeases, readUsage } from './leases.policy.js';
import { LeasesService } from './leases.service.js';

const Claim = z.strictObject({
  lease: z.string().min(1).max(16_384),
  boot: z.record(z.string().max(64), z.unknown()).optional(),
});
const ListQuery = z.strictObject({ after: Uuid.optional() });
const UsageQuery = z.strictObject({ after: z.coerce.number().int().nonnegative().max(2_147_483_647).default(0) });
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
  claim(@Caller() caller: Principal, @Body() body: unknown): Promise<{ acceptance: string }> {
    const { lease, boot } = parse(Claim, body);
    return this.claims.claim(caller, lease, boot);
  }

  @Get()
  @Policy(listLeases)
  async list(@Query() query: unknown): Promise<{ leases: LeaseView[] }> {
    const { after } = parse(ListQuery, query);
    return { leases: (await this.leases.list(after, PAGE)).map(leaseView) };
  }

  @Post(':id/end')
  @HttpCode(200)
  @Policy(endLease)
  async end(@Caller() caller: Principal, @Param('id') id: string): Promise<{ usage: string[] }> {
    const lease = await this.leases.find(parse(Uuid, id));
    checkReach(caller, lease, ['end', 'write']);
    await this.ending.end(lease.id);
    return { usage: await this.usage.newest(lease.id) };
  }

  @Get(':id/usage')
  @Policy(readUsage)
  async showUsage(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<{ usage: string[] }> {
    const { after } = parse(UsageQuery, query);
    const lease = await this.leases.find(parse(Uuid, id));
    checkReach(caller, lease, ['feed', 'settle', 'read']);
    return { usage: await this.usage.upToNow(lease.id, after) };
  }
}
