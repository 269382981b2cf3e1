import { Controller, Get, Query } from '@nestjs/common';
import { Policy } from '@ocx/service-kit/auth';
import { parse } from '@ocx/service-kit/validation';
import { z } from 'zod';
import { exchangeParty } from '../policies/identity.policy.js';
import { RevocationsService } from './revocations.service.js';
import { revocationView } from './revocation.view.js';

export const RevocationsQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce.number().int().min(0).max(25).default(0),
});

/** The numbered feed by which the broker learns within seconds that a token died. */
@Controller('v3/OS-OCX/revocations')
export class RevocationsController {
  constructor(private readonly revocations: RevocationsService) {}

  @Get()
  @Policy(exchangeParty)
  async list(@Query() query: unknown) {
    const { after, wait } = parse(RevocationsQuery, query);
    const { revocations, last } = await this.revocations.feed(after, wait);
    return { revocations: revocations.map(revocationView), last };
  }
}
