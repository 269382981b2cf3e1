import { Injectable } from '@nestjs/common';
import { ExchangePartiesService } from '../exchange-parties/exchange-parties.service.js';
import { BROKER_ID } from '../exchange-parties/exchange-party.js';
import { IdentitySettings } from '../settings/identity.config.js';

/** The one-time code by which the broker, whose key nobody knows yet, makes itself known. */
@Injectable()
export class BrokerEnrolment {
  constructor(
    private readonly parties: ExchangePartiesService,
    private readonly settings: IdentitySettings,
  ) {}

  async ensure(): Promise<void> {
    const code = this.settings.config.OCX_BROKER_ENROLMENT_CODE;
    if (code !== undefined) await this.parties.addEnrolmentCode(code, BROKER_ID);
  }
}
