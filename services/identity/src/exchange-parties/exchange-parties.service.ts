import { Injectable } from '@nestjs/common';
import type { PublicJwk } from '@ocx/openstack-api/exchange/documents';
import { Forbidden } from '@ocx/service-kit/errors';
import { calculateJwkThumbprint } from 'jose';
import { createHash } from 'node:crypto';
import { ExchangePartiesRepository } from './exchange-parties.repository.js';
import type { ExchangeParty, Landlord, MovedLandlord } from './exchange-party.js';

const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex');

@Injectable()
export class ExchangePartiesService {
  constructor(private readonly repository: ExchangePartiesRepository) {}

  findClient(id: string): Promise<ExchangeParty | null> {
    return this.repository.findClient(id);
  }

  findLandlord(id: string): Promise<MovedLandlord | null> {
    return this.repository.findLandlord(id);
  }

  /** Registers a landlord's audience and key, or replaces what was said before; never its key. Throws `Conflict`. */
  async registerLandlord(landlord: Omit<Landlord, 'thumbprint'>): Promise<void> {
    await this.repository.saveLandlord({ ...landlord, thumbprint: await calculateJwkThumbprint(landlord.jwk) });
  }

  /** Idempotent: a landlord that is not there is gone already. */
  removeLandlord(id: string): Promise<void> {
    return this.repository.deleteLandlord(id);
  }

  /** Makes a one-time code known, by its hash. A code that was spent stays spent. */
  addEnrolmentCode(code: string, clientId: string): Promise<void> {
    return this.repository.addCode(hashOf(code), clientId);
  }

  /** First enrolment of the broker: the code binds the first key that comes with it. */
  async enrolClient(code: string, clientId: string, jwk: PublicJwk): Promise<void> {
    const client = { id: clientId, jwk, thumbprint: await calculateJwkThumbprint(jwk) };
    if (!(await this.repository.enrol(hashOf(code), client))) {
      throw new Forbidden('The enrolment code is unknown, or was used with another key.');
    }
  }
}
