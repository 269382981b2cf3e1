import { Controller, Get } from '@nestjs/common';
import { Public } from './auth.js';

/** Liveness: answers as soon as the service listens, which it does after its migrations. */
@Controller()
export class HealthController {
  @Get('healthcheck')
  @Public()
  show(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
