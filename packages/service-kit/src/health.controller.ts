import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Public } from './auth.js';
import { Operation } from './operation.js';

const Health = z.strictObject({ status: z.literal('ok') });

/** Liveness: answers as soon as the service listens, which it does after its migrations. */
@Controller()
export class HealthController {
  @Get('healthcheck')
  @Public()
  @Operation({ answers: { 200: Health } })
  show(): z.infer<typeof Health> {
    return { status: 'ok' };
  }
}
