import type { Keypair as KeypairBody, KeypairDetail } from '@ocx/openstack-api/compute/keypairs';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import type { Keypair } from './keypair.js';
import type { NewKeypair } from './keypairs.service.js';

export function keypairRow(keypair: Keypair, version: MicroversionValue): KeypairBody {
  return {
    name: keypair.name,
    public_key: keypair.publicKey,
    fingerprint: keypair.fingerprint,
    ...(version.minor >= 2 ? { type: 'ssh' as const } : {}),
  };
}

export function createdKeypair(keypair: NewKeypair, version: MicroversionValue): KeypairBody {
  return {
    ...keypairRow(keypair, version),
    user_id: keypair.userId,
    ...(keypair.privateKey === undefined ? {} : { private_key: keypair.privateKey }),
  };
}

/** Nova shows bookkeeping columns here that it shows nowhere else. */
export function shownKeypair(keypair: Keypair, version: MicroversionValue): KeypairDetail {
  return {
    ...keypairRow(keypair, version),
    user_id: keypair.userId,
    id: 0,
    created_at: keypair.createdAt.toISOString().replace('Z', '000'),
    deleted: false,
    deleted_at: null,
    updated_at: null,
  };
}
