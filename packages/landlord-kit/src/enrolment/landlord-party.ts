import { join } from 'node:path';
import type { HttpClient } from '@ocx/openstack-client/http';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import type { SigningKey } from '@ocx/openstack-client/signing-key';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { remoteKeys } from '@ocx/service-kit/jwks';
import type { LandlordTrust } from '@ocx/service-kit/token-verifier';
import type { LandlordEnrolment } from './enrolment.js';
import type { EnrolmentRepository } from './enrolment.repository.js';

export const landlordKeyFile = (dataDirectory: string) => join(dataDirectory, 'landlord-key.json');

/** This landlord as a party of the exchange: its key, and, once enrolled, its name and whom it trusts. */
export class LandlordParty {
  private enrolment: LandlordEnrolment | undefined;
  private trusted: LandlordTrust | undefined;

  private constructor(
    readonly key: SigningKey,
    private readonly repository: EnrolmentRepository,
    /** Where identity is reached from here, without `/v3`, when that is not the address it is known by. */
    private readonly identityUrl: string | undefined,
  ) {}

  static async load(key: SigningKey, repository: EnrolmentRepository, identityUrl?: string): Promise<LandlordParty> {
    const party = new LandlordParty(key, repository, identityUrl);
    const stored = await repository.find();
    if (stored && stored.keyThumbprint !== key.thumbprint) {
      throw new Error(
        'The landlord key in OCX_DATA_DIR is not the one this landlord enrolled with. Restore landlord-key.json.',
      );
    }
    if (stored) party.adopt(stored);
    return party;
  }

  /** What was learned at enrolment, or undefined before it. */
  current(): LandlordEnrolment | undefined {
    return this.enrolment;
  }

  /** The same for work that makes no sense before enrolment. Throws {@link BackendUnavailable}. */
  enrolled(): LandlordEnrolment {
    if (!this.enrolment) throw new BackendUnavailable('This landlord is not enrolled at an exchange yet.');
    return this.enrolment;
  }

  /** Whose landlord tokens are accepted. */
  trust(): LandlordTrust | undefined {
    return this.trusted;
  }

  /** The landlord's own line to identity, or undefined before enrolment. */
  identity(http: HttpClient): IdentityClient | undefined {
    if (!this.enrolment) return undefined;
    const { issuer, landlordId: clientId } = this.enrolment;
    return new IdentityClient({
      identityUrl: this.identityAddress(this.enrolment),
      issuer,
      clientId,
      key: this.key,
      http,
    });
  }

  async enrol(enrolment: LandlordEnrolment): Promise<void> {
    this.adopt(await this.repository.save(enrolment));
  }

  private adopt(enrolment: LandlordEnrolment): void {
    const { issuer, landlordId, endpoint } = enrolment;
    const keys = remoteKeys(`${this.identityAddress(enrolment)}/.well-known/jwks.json`);
    this.enrolment = enrolment;
    this.trusted = { issuer, landlordId, endpoint, keys };
  }

  private identityAddress(enrolment: LandlordEnrolment): string {
    return this.identityUrl ?? enrolment.identityUrl;
  }
}
