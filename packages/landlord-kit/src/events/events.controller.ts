import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LandlordEventList, LandlordEventsQuery } from '@ocx/openstack-api/exchange/landlord';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { landlordAction } from '../landlord.policy.js';
import { LandlordEvents } from './landlord-events.js';

@Controller('landlord/v1/events')
export class EventsController {
  constructor(private readonly events: LandlordEvents) {}

  @Get()
  @Policy(landlordAction('feed'))
  @Operation({ query: LandlordEventsQuery, answers: { 200: LandlordEventList } })
  list(
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ events: string[]; last: number }> {
    const { after, wait } = parse(LandlordEventsQuery, query);
    const gone = new AbortController();
    reply.raw.once('close', () => {
      gone.abort();
    });
    return this.events.read(after, wait, gone.signal);
  }
}
