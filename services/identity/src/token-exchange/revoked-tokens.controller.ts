import { Controller, Get, Query } from '@nestjs/common';
import { RevokedTokensAnswer, RevokedTokensQuery } from '@ocx/openstack-api/exchange/revoked-tokens';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { landlordOnly } from '../policies/identity.policy.js';
import { RevokedTokensService } from './revoked-tokens.service.js';

/** By which a landlord learns within seconds that a token for it died before its time. */
@Controller('v3/OS-OCX/revoked-tokens')
export class RevokedTokensController {
  constructor(private readonly revoked: RevokedTokensService) {}

  @Get()
  @Policy(landlordOnly)
  @Operation({ query: RevokedTokensQuery, answers: { 200: RevokedTokensAnswer } })
  async show(@Caller() caller: Principal, @Query() query: unknown) {
    const { after, wait } = parse(RevokedTokensQuery, query);
    return { list: await this.revoked.list(caller.userId, after, wait) };
  }
}
