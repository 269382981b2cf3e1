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

/**
 * Landlord tokens in use, by subject, landlord and what they allow; one minting at a time for each. Revocation evicts.
 */
export class LandlordTokenCache {
  private readonly entries = new LRUCache<string, Entry>({ max: 20_000 });

  async get(use: TokenUse, mint: () => Promise<MintedToken>): Promise<string> {
    const key = createHash('sha256')
      .update(JSON.stringify([use.subject, use.landlordId, use.access]))
      .digest('base64');
    const known = this.entries.get(key);
    if (known) {
      const minted = await known.minting;
      if (minted.expiresAt - SAFETY_MS > Date.now()) return minted.token;
    }
    const minting = mint();
    const entry = { use, minting, mintedAt: Date.now() };
    this.entries.set(key, entry);
    try {
      return (await minting).token;
    } catch (error) {
      if (this.entries.get(key) === entry) this.entries.delete(key);
      throw error;
    }
  }

  /** Drops the tokens that `matches`, so that what was revoked is not presented again. */
  evict(matches: (use: TokenUse, mintedAt: number) => boolean): void {
    for (const [key, entry] of this.entries) {
      if (matches(entry.use, entry.mintedAt)) this.entries.delete(key);
    }
  }
}
