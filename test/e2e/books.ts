import { createHash } from 'node:crypto';
import type { ExchangeUrls } from '@ocx/local-exchange/exchange.services';
import type { Session } from '@ocx/local-exchange/api/session';
import type { LandlordName } from '@ocx/local-exchange/layout';
import { PublicJwk, Receipt, Usage } from '@ocx/openstack-api/exchange/documents';
import { documentHash, verifyDocument } from '@ocx/openstack-client/documents';
import { expect } from 'vitest';
import { z } from 'zod';

const Lease = z.object({
  id: z.string(),
  landlord_id: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  resource: z.object({ type: z.string(), id: z.string() }),
  cost: z.string(),
});
export type Lease = z.infer<typeof Lease>;

const Receipts = z.object({
  receipts: z.array(z.object({ amount: z.string(), usage: z.string(), receipt: z.string() })),
});
const Line = z.object({ id: z.string(), kind: z.string(), lease_id: z.string().nullable(), amount: z.string() });
const Account = z.object({ project_id: z.string(), balance: z.string() });
const Keys = z.object({ jwk: PublicJwk });
const Landlord = z.object({ landlord: z.object({ name: z.string(), jkt: z.string() }) });

const PAGE = 200;

/** RFC 7638: the hash of the required members in their order. */
function thumbprintOf({ crv, kty, x, y }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

/** A project's money as its tenant sees it over `/exchange/v1`, checked with the parties' public keys alone. */
export class Books {
  constructor(
    private readonly session: Session,
    private readonly urls: ExchangeUrls,
  ) {}

  async leases(): Promise<Lease[]> {
    return (await this.session.get(z.object({ leases: z.array(Lease) }), this.at(`leases?limit=${String(PAGE)}`)))
      .leases;
  }

  async lease(id: string): Promise<Lease> {
    return (await this.session.get(z.object({ lease: Lease }), this.at(`leases/${id}`))).lease;
  }

  async balance(): Promise<bigint> {
    const { accounts } = await this.session.get(z.object({ accounts: z.array(Account) }), this.at('accounts'));
    return accounts.reduce((sum, { balance }) => sum + BigInt(balance), 0n);
  }

  /** What a lease costs, and what its receipts add up to: each signed by the broker over the landlord's signed usage. */
  async costAndReceipts(id: string): Promise<{ cost: bigint; receipted: bigint; last: boolean }> {
    const { cost, landlord_id: landlordId } = await this.lease(id);
    const broker = (await this.session.get(Keys, `${this.urls.broker}/exchange/v1`)).jwk;
    const landlord = await this.keyOf(landlordId);
    const { receipts } = await this.session.get(Receipts, this.at(`leases/${id}/receipts?limit=1000`));
    let receipted = 0n;
    let last = false;
    let previous: string | null = null;
    for (const { amount, usage, receipt } of receipts) {
      const used = await verifyDocument(Usage, 'ocx-usage+jwt', usage, landlord);
      const paid = await verifyDocument(Receipt, 'ocx-receipt+jwt', receipt, broker);
      expect(used.prev).toBe(previous);
      expect(paid).toMatchObject({ lease_id: id, amount, usage_seq: used.seq, usage_sha256: documentHash(usage) });
      previous = documentHash(usage);
      receipted += BigInt(paid.amount);
      last = paid.final;
    }
    return { cost: BigInt(cost), receipted, last };
  }

  /** Ids of the leases that anything was held, charged or released for. */
  async paidFor(): Promise<string[]> {
    return [...new Set((await this.statement()).flatMap((line) => line.lease_id ?? []))].sort();
  }

  /** Double entry: the wallet is the sum of its lines, and of each settled lease the tenant paid exactly its cost. */
  async expectBalanced(): Promise<void> {
    const lines = await this.statement();
    const balance = await this.balance();
    expect(lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(balance);
    const settled = (await this.leases()).filter(({ state }) => ['settled', 'refused', 'failed'].includes(state));
    for (const { id, cost } of settled) {
      const moved = lines.filter((line) => line.lease_id === id).reduce((sum, { amount }) => sum + BigInt(amount), 0n);
      expect(-moved).toBe(BigInt(cost));
    }
  }

  /** As the landlord itself publishes it, which must be the one it enrolled with. */
  private async keyOf(landlordId: string): Promise<PublicJwk> {
    const { name, jkt } = (await this.session.get(Landlord, this.at(`landlords/${landlordId}`))).landlord;
    const url = `${this.urls.landlords[name as LandlordName]}/landlord/v1`;
    const { jwk } = Keys.parse((await this.session.http.call({ url })).json());
    expect(thumbprintOf(jwk)).toBe(jkt);
    return jwk;
  }

  private async statement(): Promise<z.infer<typeof Line>[]> {
    const Page = z.object({ statements: z.array(Line) });
    const all: z.infer<typeof Line>[] = [];
    for (;;) {
      const marker = all.at(-1)?.id;
      const query = `limit=${String(PAGE)}${marker === undefined ? '' : `&marker=${marker}`}`;
      const { statements } = await this.session.get(Page, this.at(`statements?${query}`));
      all.push(...statements);
      if (statements.length < PAGE) return all;
    }
  }

  private at(path: string): string {
    return `${this.urls.broker}/exchange/v1/${path}`;
  }
}
