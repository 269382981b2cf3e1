import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { calculateJwkThumbprint, decodeJwt } from 'jose';
import { QueryFailedError } from 'typeorm';
import { Enrolment } from '@ocx/openstack-api/exchange/documents';
import { DocumentRefused, verifyDocument } from '@ocx/openstack-client/documents';
import { Conflict, Forbidden, InvalidInput } from '@ocx/service-kit/errors';
import { BROKER_CONFIG, BrokerConfig } from '../broker.config.js';
import { missingMicroversions } from './combined-microversions.js';
import { EndpointChallenge } from './endpoint-challenge.js';
import { IdentityRegistry } from './identity-registry.js';
import { isReservedRegion, type Landlord } from './landlord.js';
import { LandlordsRepository } from './landlords.repository.js';
import { LandlordsService } from './landlords.service.js';

const CODE_BYTES = 24;
const CODE_HOURS = 72;
/** An enrolment document is good this long after it was signed. Milliseconds. */
const DOCUMENT_AGE_MS = 10 * 60_000;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export interface EnrolmentCode {
  /** Shown once; only its hash is kept. */
  readonly code: string;
  readonly expiresAt: Date;
}

/** How a stranger becomes a landlord: a code, a signed document, an answered challenge (docs/protocol.md). */
@Injectable()
export class EnrolmentService {
  private readonly logger = new Logger(EnrolmentService.name);

  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly repository: LandlordsRepository,
    private readonly landlords: LandlordsService,
    private readonly registry: IdentityRegistry,
    private readonly challenge: EndpointChallenge,
  ) {}

  async issueCode(operatorId: string): Promise<EnrolmentCode> {
    const code = randomBytes(CODE_BYTES).toString('base64url');
    const expiresAt = new Date(Date.now() + CODE_HOURS * 3_600_000);
    await this.repository.insertCode({ codeSha256: sha256(code), createdBy: operatorId, expiresAt });
    return { code, expiresAt };
  }

  /**
   * Enrols the landlord that signed the document. Repeating it with the same code and key continues or confirms. Throws `Forbidden` (code), `InvalidInput` (document, region,
   * microversions, endpoint), `Conflict` (name, region taken), `BackendUnavailable` (identity).
   */
  async enrol(code: string, document: string): Promise<Landlord> {
    const enrolment = await this.verified(document);
    const jkt = await calculateJwkThumbprint(enrolment.jwk);
    if (isReservedRegion(enrolment.region) || isReservedRegion(enrolment.name)) {
      throw new InvalidInput(`The name ${enrolment.region} is reserved.`, { reason: 'region_reserved' });
    }
    const missing = missingMicroversions(enrolment);
    if (missing !== undefined) throw new InvalidInput(missing, { reason: 'microversions_missing' });
    if (!(await this.repository.bindCode(sha256(code), jkt))) {
      throw new Forbidden('The enrolment code is unknown, expired, or used by another key.', {
        reason: 'code_refused',
      });
    }
    const endpoint = enrolment.endpoint.replace(/\/+$/, '');
    await this.challenge.prove(endpoint, enrolment.jwk, jkt, this.config.OCX_PUBLIC_URL);
    const landlord = await this.store(enrolment, endpoint, jkt);
    await this.registry.registerLandlord(landlord);
    await this.repository.markRegistered(landlord.id);
    this.landlords.forget();
    this.logger.log(`landlord ${landlord.name} (${landlord.id}) enrolled with key ${jkt} at ${endpoint}`);
    return landlord;
  }

  // The key stands in the very document it signs: whoever enrols shows that the key is theirs.
  private async verified(document: string): Promise<Enrolment> {
    try {
      const { jwk } = Enrolment.pick({ jwk: true }).loose().parse(decodeJwt(document));
      const enrolment = await verifyDocument(Enrolment, 'ocx-enrolment+jwt', document, jwk);
      if (Math.abs(Date.now() - Date.parse(enrolment.issued_at)) > DOCUMENT_AGE_MS) {
        throw new InvalidInput('The enrolment document is not of today.', { reason: 'document_stale' });
      }
      return enrolment;
    } catch (error) {
      if (error instanceof InvalidInput) throw error;
      const why = error instanceof DocumentRefused ? error.message : 'It is malformed.';
      throw new InvalidInput(`The enrolment document was refused. ${why}`, { reason: 'document_refused' });
    }
  }

  private async store(enrolment: Enrolment, endpoint: string, jkt: string): Promise<Landlord> {
    const { name, kind, region, jwk, description } = enrolment;
    const known = await this.repository.byKey(jkt);
    if (known) {
      if (known.region !== region || known.kind !== kind || known.name !== name) {
        throw new Conflict('This key enrolled under another name or region.', { reason: 'already_enrolled' });
      }
      if (endpoint !== known.endpoint && (await this.repository.isRegistered(known.id))) {
        throw new Conflict('An enrolled landlord changes its endpoint by a move.', { reason: 'already_enrolled' });
      }
      await this.repository.update(known.id, { endpoint, description });
      return { ...known, endpoint, description };
    }
    const id = `landlord-${randomUUID().replaceAll('-', '')}`;
    const landlord: Landlord = {
      id,
      name,
      kind,
      region,
      endpoint,
      jwk,
      jkt,
      state: 'active',
      description,
      moveSeq: 0,
      moveSha256: null,
      formerKeys: [],
    };
    if (await this.repository.isKnownKey(jkt)) {
      throw new Conflict('This key was a landlord’s, which has given it up.', { reason: 'key_taken' });
    }
    await this.repository.insert(landlord).catch((error: unknown) => {
      if (error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '23505') {
        throw new Conflict(`The name or region ${region} is taken.`, { reason: 'region_taken' });
      }
      throw error;
    });
    return landlord;
  }
}
