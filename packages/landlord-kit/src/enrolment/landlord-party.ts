import type { HttpClient } from '@ocx/openstack-client/http';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import type { SigningKey } from '@ocx/openstack-client/signing-key';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { remoteKeys } from '@ocx/service-kit/jwks';
import type { LandlordTrust } from '@ocx/service-kit/token-verifier';
import type { LandlordEnrolment } from './enrolment.js';
import type { EnrolmentRepository } from './enrolment.repository.js';
import type { LandlordKeys } from './landlord-keys.js';

/** Where the landlord is about to be, and what it signs with there. */
export interface NextPlace {
  readonly endpoint: string;
  readonly key: SigningKey;
}

/** This landlord as a party of the exchange: its key, and, once enrolled, its name and whom it trusts. */
export class LandlordParty {
  private enrolment: LandlordEnrolment | undefined;
  private trusted: LandlordTrust | undefined;
  private next: NextPlace | undefined;

  private constructor(
    private readonly keys: LandlordKeys,
    private readonly repository: EnrolmentRepository,
    /** Where identity is reached from here, without `/v3`, when that is not the address it is known by. */
    private readonly identityUrl: string | undefined,
  ) {}

  static async load(keys: LandlordKeys, repository: EnrolmentRepository, identityUrl?: string): Promise<LandlordParty> {
    const party = new LandlordParty(keys, repository, identityUrl);
    const stored = await repository.find();
    if (stored && !keys.find(stored.keyThumbprint)) {
      throw new Error(
        'The landlord key in OCX_DATA_DIR is not the one this landlord enrolled with. Restore landlord-key.json.',
      );
    }
    if (stored) await party.adopt(stored);
    return party;
  }

  /** What the landlord signs with. */
  get key(): SigningKey {
    return this.keys.current;
  }

  /** The key of this thumbprint: the present one, or one that was given up and that a grant is bound to. */
  keyOf(thumbprint: string): SigningKey | undefined {
    return this.keys.find(thumbprint);
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
    return this.trusted && { ...this.trusted, otherEndpoints: this.otherEndpoints() };
  }

  /** From now on calls to there are taken, and challenges for there answered. Undefined: it stays where it is. */
  expect(next: NextPlace | undefined): void {
    this.next = next;
  }

  /** What answers a challenge for this endpoint; undefined where the landlord neither is nor goes. */
  keyAt(endpoint: string, publicUrl: string): SigningKey | undefined {
    if (this.next) return endpoint === this.next.endpoint ? this.next.key : undefined;
    return endpoint === (this.enrolment?.endpoint ?? publicUrl) ? this.key : undefined;
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
    await this.adopt(await this.repository.save(enrolment));
  }

  /** Takes up what is stored: this process, or another one on the same database, may have moved the landlord. */
  async refresh(): Promise<void> {
    const stored = await this.repository.find();
    if (stored && stored.moveSeq !== this.enrolment?.moveSeq) await this.adopt(stored);
  }

  private async adopt(enrolment: LandlordEnrolment): Promise<void> {
    const { issuer, landlordId, endpoint, keyThumbprint } = enrolment;
    if (!this.keys.find(keyThumbprint)) await this.keys.read();
    await this.keys.use(keyThumbprint);
    const keys = this.trusted?.keys ?? remoteKeys(`${this.identityAddress(enrolment)}/.well-known/jwks.json`);
    this.enrolment = enrolment;
    this.trusted = { issuer, landlordId, endpoint, keys };
  }

  // A caller may not have heard of the move yet, or have heard of it before this process.
  private otherEndpoints(): string[] {
    const { formerEndpoint, formerEndpointUntil } = this.enrolment ?? {};
    const isRecent = (formerEndpointUntil?.getTime() ?? 0) > Date.now();
    return [this.next?.endpoint, isRecent ? formerEndpoint : undefined].filter((one) => typeof one === 'string');
  }

  private identityAddress(enrolment: LandlordEnrolment): string {
    return this.identityUrl ?? enrolment.identityUrl;
  }
}
