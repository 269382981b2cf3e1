import { Injectable } from '@nestjs/common';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { IdentitySettings } from '../settings/identity.config.js';
import { AssertionClaims } from '@ocx/openstack-api/identity/exchange-parties';
import { ExchangePartiesRepository } from './exchange-parties.repository.js';
import { type ExchangeParty, keyOf } from './exchange-party.js';

const MAX_ASSERTION_CHARACTERS = 4096;
const MAX_LIFE_SECONDS = 60;
const CLOCK_TOLERANCE_SECONDS = 5;
/** `why` is for the log. */
function refused(why: unknown): Unauthenticated {
  const cause = typeof why === 'string' ? new Error(why) : why;
  return new Unauthenticated('The client assertion was refused.', { cause });
}

function kidOf(assertion: string): string | undefined {
  try {
    return decodeProtectedHeader(assertion).kid;
  } catch (error) {
    throw refused(error);
  }
}

/** private_key_jwt (RFC 7523): a short-lived assertion by the party's enrolled key, good once. */
@Injectable()
export class ClientAuthenticationService {
  constructor(
    private readonly repository: ExchangePartiesRepository,
    private readonly settings: IdentitySettings,
  ) {}

  /** The party that signed `assertion`. Throws {@link Unauthenticated}. */
  async authenticate(assertion: string): Promise<ExchangeParty> {
    if (assertion.length > MAX_ASSERTION_CHARACTERS) throw refused('the assertion is too large');
    const party = await this.claimedParty(assertion);
    const claims = await this.verify(assertion, party);
    const now = Date.now() / 1000;
    if (claims.exp > now + MAX_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS) throw refused('the assertion lives too long');
    const until = new Date((claims.exp + CLOCK_TOLERANCE_SECONDS) * 1000);
    if (!(await this.repository.claimAssertion(party.id, claims.jti, until))) {
      throw refused('the assertion was used before');
    }
    return party;
  }

  /** Whose key to check with; nothing else of the unverified assertion is believed. */
  private async claimedParty(assertion: string): Promise<ExchangeParty> {
    let issuer: string | undefined;
    try {
      issuer = decodeJwt(assertion).iss;
    } catch (error) {
      throw refused(error);
    }
    if (issuer === undefined || issuer.length > 64) throw refused('the assertion names no party');
    const party = (await this.repository.findClient(issuer)) ?? (await this.repository.findLandlord(issuer));
    if (!party) throw refused('the assertion names no party');
    return party;
  }

  private async verify(assertion: string, party: ExchangeParty): Promise<{ exp: number; jti: string }> {
    const jwk = keyOf(party, kidOf(assertion)) ?? party.jwk;
    const key = await importJWK({ ...jwk, alg: 'ES256' }, 'ES256');
    const options = {
      algorithms: ['ES256'],
      issuer: party.id,
      subject: party.id,
      audience: this.settings.issuer,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'jti'],
    };
    const { payload } = await jwtVerify(assertion, key, options).catch((error: unknown) => {
      throw refused(error);
    });
    const claims = AssertionClaims.safeParse(payload);
    // One audience: an assertion that is also good elsewhere could be replayed from there.
    if (!claims.success || (Array.isArray(payload.aud) && payload.aud.length !== 1)) {
      throw refused('the assertion is for more than one audience, or malformed');
    }
    return claims.data;
  }
}
