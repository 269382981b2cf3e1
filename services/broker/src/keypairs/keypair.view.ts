import type { Keypair as KeypairBody, KeypairDetail } from '@ocx/openstack-api/compute/keypairs';
import { isAtLeast, type MicroversionValue } from '@ocx/service-kit/microversion';
import type { Keypair } from './keypair.js';

/** What a list shows of each key pair; the type is there from 2.2. */
export function keypairSummary(keypair: Keypair, version: MicroversionValue): KeypairBody {
  return {
    name: keypair.name,
    public_key: keypair.publicKey,
    fingerprint: keypair.fingerprint,
    ...(isAtLeast(version, 2) ? { type: keypair.type } : {}),
  };
}

export function keypairDetail(keypair: Keypair, version: MicroversionValue): KeypairDetail {
  return {
    ...keypairSummary(keypair, version),
    user_id: keypair.userId,
    id: keypair.number,
    created_at: keypair.createdAt.toISOString().replace('Z', '000'),
    updated_at: null,
    deleted: false,
    deleted_at: null,
  };
}
