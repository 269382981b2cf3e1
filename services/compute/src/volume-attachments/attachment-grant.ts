import { jwtVerify } from 'jose';
import type { ConnectAttachment } from '@ocx/openstack-api/compute/volume-attachments';
import { LandlordTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import { Forbidden } from '@ocx/service-kit/errors';
import type { LandlordTrust } from '@ocx/service-kit/token-verifier';

/**
 * Checks that a grant is identity's and for exactly this: the project, the attachment, its volume and server, the
 * storage landlord and this landlord's key. The storage landlord checks it again; here it keeps one project's grant from
 * bringing a volume into another project's server. Throws {@link Forbidden}.
 */
export async function checkGrant(
  request: ConnectAttachment,
  projectId: string,
  connector: { readonly trust: LandlordTrust; readonly isOwnKey: (thumbprint: string) => boolean },
): Promise<void> {
  const { trust, isOwnKey } = connector;
  const claims = await verified(request, trust);
  const [access] = claims.authorization_details;
  const { attachment } = access;
  const fits =
    access.actions.length === 1 &&
    access.actions[0] === 'attach' &&
    claims.project_id === projectId &&
    isOwnKey(claims.cnf.jkt) &&
    attachment?.id === request.id &&
    attachment.volume_id === request.volume_id &&
    attachment.server_id === request.server_id &&
    attachment.mode === request.mode &&
    attachment.connector.landlord_id === trust.landlordId &&
    attachment.connector.jkt === claims.cnf.jkt;
  if (!fits) throw refused();
}

async function verified({ grant, storage }: ConnectAttachment, trust: LandlordTrust): Promise<LandlordTokenClaims> {
  try {
    const { payload } = await jwtVerify(grant, trust.keys, {
      issuer: trust.issuer,
      audience: storage.landlord_id,
      algorithms: ['ES256', 'EdDSA'],
      typ: 'at+jwt',
    });
    return LandlordTokenClaims.parse(payload);
  } catch (error) {
    throw refused(error);
  }
}

const refused = (cause?: unknown) =>
  new Forbidden('The grant is not for this attachment.', { reason: 'grant_refused', cause });
