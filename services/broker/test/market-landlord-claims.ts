import { decodeJwt } from 'jose';
import type { Lease, Offer, Usage } from '@ocx/openstack-api/exchange/documents';
import { documentHash } from '@ocx/openstack-client/documents';
import type { SigningKey } from '@ocx/openstack-client/signing-key';

export interface DoubleLease {
  document: Lease;
  sha256: string;
  acceptance: string;
  acceptedAt: number;
  state: 'active' | 'ended';
  usage: string[];
}

interface Countersigner {
  readonly id: string;
  readonly key: SigningKey;
  readonly offers: Offer[];
  readonly leases: Map<string, DoubleLease>;
}

export interface Countersigned {
  readonly status: number;
  readonly body: { acceptance: string } | { reason: string };
}

const refused = (reason: string): Countersigned => ({ status: 409, body: { reason } });

/** Countersigns a lease, or one that amends the lease in force, as docs/protocol.md says. */
export async function countersign(
  landlord: Countersigner,
  jws: string,
  actions: readonly string[],
): Promise<Countersigned> {
  const document = decodeJwt<Lease>(jws);
  const sha256 = documentHash(jws);
  const known = landlord.leases.get(document.id);
  if (!actions.includes('claim') && document.amends === undefined)
    return { status: 403, body: { reason: 'forbidden' } };
  if (known?.sha256 === sha256) return { status: 201, body: { acceptance: known.acceptance } };
  if (known ? known.sha256 !== document.amends : document.amends !== undefined) return refused('lease_mismatch');
  if (known && known.state !== 'active') return refused('lease_ended');
  const offer = landlord.offers.find(({ id }) => id === document.offer.id);
  // Of a new lease one unit is counted, whatever it is for; of an amended one what it has more.
  const units = known ? document.quantity - known.document.quantity : 1;
  if (!offer) return refused('offer_unknown');
  if (offer.version !== document.offer.version) return refused('offer_stale');
  if (offer.capacity < units) return refused('no_capacity');
  offer.capacity -= units;
  const acceptance = await landlord.key.sign('ocx-acceptance+jwt', {
    lease_id: document.id,
    landlord_id: landlord.id,
    lease_sha256: sha256,
    accepted_at: new Date().toISOString(),
  });
  if (known) Object.assign(known, { document, sha256, acceptance });
  else {
    const lease: DoubleLease = { document, sha256, acceptance, acceptedAt: Date.now(), state: 'active', usage: [] };
    landlord.leases.set(document.id, lease);
  }
  return { status: 201, body: { acceptance } };
}

/** What a resource that is in use all the time uses. */
export function metersOf({ resource, quantity }: Lease, seconds: number): Usage['meters'] {
  if (resource.type === 'server') return { server_seconds: String(seconds) };
  if (resource.type === 'volume') return { volume_gib_seconds: String(quantity * seconds) };
  return { object_byte_seconds: '0' };
}
