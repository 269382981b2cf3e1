import { Controller, Get, Query } from '@nestjs/common';
import { RevocationFeed, RevocationsQuery } from '@ocx/openstack-api/identity/revocations';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { brokerOnly } from '../policies/identity.policy.js';
import { RevocationsService } from './revocations.service.js';
import { revocationView } from './revocation.view.js';

/**
 * The numbered feed by which the broker learns within seconds that a token died. It names users and projects of everybody:
 * landlords have a list of their own.
 */
@Controller('v3/OS-OCX/revocations')
export class RevocationsController {
  constructor(private readonly revocations: RevocationsService) {}

  @Get()
  @Policy(brokerOnly)
  @Operation({ query: RevocationsQuery, answers: { 200: RevocationFeed } })
  async list(@Query() query: unknown) {
    const { after, wait } = parse(RevocationsQuery, query);
    const { revocations, last } = await this.revocations.feed(after, wait);
    return { revocations: revocations.map(revocationView), last };
  }
}
