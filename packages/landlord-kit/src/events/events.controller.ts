import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Policy } from '@ocx/service-kit/auth';
import { parse } from '@ocx/service-kit/validation';
import { landlordAction } from '../landlord.policy.js';
import { LandlordEvents } from './landlord-events.js';

const EventsQuery = z.strictObject({
  after: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(0),
  wait: z.coerce.number().int().min(0).max(25).default(0),
});

@Controller('landlord/v1/events')
export class EventsController {
  constructor(private readonly events: LandlordEvents) {}

  @Get()
  @Policy(landlordAction('feed'))
  list(
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ events: string[]; last: number }> {
    const { after, wait } = parse(EventsQuery, query);
    const gone = new AbortController();
    reply.raw.once('close', () => {
      gone.abort();
    });
    return this.events.read(after, wait, gone.signal);
  }
}
