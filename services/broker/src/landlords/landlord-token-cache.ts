import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { MintedToken } from '@ocx/openstack-client/identity-client';

/** A token this close to its end is not used any more: the landlord's clock may run ahead. Milliseconds. */
const SAFETY_MS = 30_000;

export interface TokenUse {
  /** Token id of the subject, or the lease for a grant: what a revocation names. */
  readonly subject: string;
  readonly userId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly landlordId: string;
  readonly access: unknown;
}

interface Entry {
  readonly use: TokenUse;
  readonly minting: Promise<MintedToken>;
  readonly mintedAt: number;
}

function keyOf({ subject, landlordId, access }: TokenUse): string {
  return createHash('sha256')
    .update(JSON.stringify([subject, landlordId, access]))
    .digest('base64');
}

/**
 * Landlord tokens in use, by subject, landlord and what they allow; one minting at a time for each. Revocation evicts.
 */
export class LandlordTokenCache {
  private readonly entries = new LRUCache<string, Entry>({ max: 20_000 });

  async get(use: TokenUse, mint: () => Promise<MintedToken>): Promise<string> {
    const known = this.entries.get(keyOf(use));
    if (known) {
      const minted = await known.minting;
      if (minted.expiresAt - SAFETY_MS > Date.now()) return minted.token;
    }
    const minting = mint();
    this.put(use, minting);
    return (await minting).token;
  }

  /** A token that is being minted for this use; one that could not be minted is forgotten. */
  put(use: TokenUse, minting: Promise<MintedToken>): void {
    const key = keyOf(use);
    const entry = { use, minting, mintedAt: Date.now() };
    this.entries.set(key, entry);
    minting.catch(() => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    });
  }

  /** Drops the tokens that `matches`, so that what was revoked is not presented again. */
  evict(matches: (use: TokenUse, mintedAt: number) => boolean): void {
    for (const [key, entry] of this.entries) {
      if (matches(entry.use, entry.mintedAt)) this.entries.delete(key);
    }
  }
}
