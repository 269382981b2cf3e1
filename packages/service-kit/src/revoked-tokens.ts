import { jwtVerify } from 'jose';
import { REVOKED_TOKENS_TYP, RevokedTokens } from '@ocx/openstack-api/exchange/revoked-tokens';
import type { LandlordTrust } from './token-verifier.js';

/** A list older than this was kept back by somebody on the way. */
const MAX_AGE_SECONDS = 60;

/** The list that identity signed for this landlord. Throws when it is anything else. */
export async function verifyRevokedTokens(list: string, trust: LandlordTrust): Promise<RevokedTokens> {
  const { payload } = await jwtVerify(list, trust.keys, {
    algorithms: ['ES256'],
    typ: REVOKED_TOKENS_TYP,
    issuer: trust.issuer,
    audience: trust.landlordId,
    maxTokenAge: MAX_AGE_SECONDS,
    clockTolerance: MAX_AGE_SECONDS,
  });
  return RevokedTokens.parse(payload);
}
