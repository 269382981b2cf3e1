import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { ServerBoot } from '@ocx/openstack-api/compute/boot';
import { Acceptance } from '@ocx/openstack-api/exchange/documents';
import { type LandlordLease, LandlordLeaseList, LeaseAccepted, LeaseUsage } from '@ocx/openstack-api/exchange/landlord';
import { DocumentRefused, documentHash } from '@ocx/openstack-client/documents';
import { PeerMisbehaved, type HttpResponse } from '@ocx/openstack-client/http';
import type { LandlordSession } from '@ocx/openstack-client/landlord-session';
import type { Principal } from '@ocx/service-kit/principal';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import { LandlordDocuments } from '../../landlords/landlord-documents.js';
import type { Landlord } from '../../landlords/landlord.js';
import { GIVEN_BACK, type Lease } from './lease.js';
import { orderAccess } from './order-access.js';

/** What the broker does of a lease without its tenant. */
const GRANTED = ['end', 'detach', 'settle', 'heal'] as const;
const MAX_BYTES = 4 * 1024 * 1024;
/** Countersigning is a transaction at the landlord; ending stops and removes what runs there. Milliseconds. */
const CLAIM_DEADLINE_MS = 5_000;
const END_DEADLINE_MS = 20_000;
const Problem = z.object({ reason: z.string().max(64).optional() });

/** The landlord looked at the lease and said no; `reason` is its code. */
export class ClaimRefused extends Error {
  override name = 'ClaimRefused';
  constructor(readonly reason: string) {
    super(`The landlord refused the lease: ${reason}.`);
  }
}

/** The landlord keeps an account that is given back, for something is stored in it. */
export class EndRefused extends Error {
  override name = 'EndRefused';
}

/** The landlord answered, but does not do what it must for this lease. */
function unexpected(landlord: Landlord, what: string, status: number): PeerMisbehaved {
  return new PeerMisbehaved(`${landlord.name} answered ${status} when asked to ${what}.`);
}

/** A landlord's `/landlord/v1/leases`, every answer checked against docs/protocol.md. */
@Injectable()
export class LandlordLeases {
  constructor(
    private readonly connections: LandlordConnections,
    private readonly documents: LandlordDocuments,
  ) {}

  /** Has identity mint what an order needs: the tenant's token for claim and create, and the lease grant, which is given. */
  authorise(caller: Principal, landlord: Landlord, leaseId: string): Promise<string> {
    return this.connections.leaseGrant(caller, landlord, orderAccess(leaseId), GRANTED);
  }

  /**
   * Presents the lease for countersigning, with what its server will boot with. Throws {@link ClaimRefused}. Idempotent by
   * lease id.
   */
  async claim(caller: Principal, landlord: Landlord, lease: Lease, boot?: ServerBoot): Promise<string> {
    return this.present(
      await this.connections.forTenant(caller, landlord, orderAccess(lease.id)),
      landlord,
      lease,
      boot,
    );
  }

  /** Presents a lease that amends the one in force, without its tenant. As {@link claim}. */
  async claimAmended(landlord: Landlord, lease: Lease): Promise<string> {
    return this.present(await this.connections.forLease(lease, landlord, 'heal'), landlord, lease);
  }

  private async present(
    session: LandlordSession,
    landlord: Landlord,
    lease: Lease,
    boot?: ServerBoot,
  ): Promise<string> {
    const answer = await session.request('POST', '/landlord/v1/leases', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ lease: lease.document, boot }),
      maxBytes: 256 * 1024,
      deadlineMs: CLAIM_DEADLINE_MS,
    });
    if (answer.status === 409) throw new ClaimRefused(reasonOf(answer));
    if (answer.status !== 201 && answer.status !== 200) {
      this.connections.breaker.count(landlord.id, 'claim_status');
      throw unexpected(landlord, 'countersign a lease', answer.status);
    }
    return this.accepted(landlord, lease, answer);
  }

  /**
   * Asks the landlord to end the lease; undefined when it does not know it. Throws {@link EndRefused} where an account that is
   * given back holds something.
   */
  async end(landlord: Landlord, lease: Lease): Promise<string[] | undefined> {
    const isGivenBack = lease.reason === GIVEN_BACK;
    const session = await this.connections.forLease(lease, landlord, 'end');
    const answer = await session.request('POST', `/landlord/v1/leases/${lease.id}/end`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ if_empty: isGivenBack }),
      maxBytes: MAX_BYTES,
      deadlineMs: END_DEADLINE_MS,
    });
    if (answer.status === 404 || answer.status === 410) return undefined;
    if (isGivenBack && answer.status === 409 && reasonOf(answer) === 'not_empty') throw new EndRefused();
    if (answer.status !== 200 && answer.status !== 202) throw unexpected(landlord, 'end a lease', answer.status);
    return this.usageOf(landlord, answer);
  }

  /** Usage records after number `seq`; undefined when the landlord does not know the lease. */
  async usage(landlord: Landlord, lease: Lease, seq: number): Promise<string[] | undefined> {
    const session = await this.connections.forFeed(landlord);
    const answer = await session.request('GET', `/landlord/v1/leases/${lease.id}/usage?after=${seq}`, {
      maxBytes: MAX_BYTES,
    });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw unexpected(landlord, 'report usage', answer.status);
    return this.usageOf(landlord, answer);
  }

  /** One page of the landlord's own view of its leases. */
  async list(landlord: Landlord, after?: string): Promise<LandlordLease[]> {
    const session = await this.connections.forFeed(landlord);
    const answer = await session.request('GET', `/landlord/v1/leases${after === undefined ? '' : `?after=${after}`}`, {
      maxBytes: MAX_BYTES,
    });
    const body = answer.status === 200 ? LandlordLeaseList.safeParse(answer.json()) : undefined;
    if (!body?.success) throw unexpected(landlord, 'list its leases', answer.status);
    return body.data.leases;
  }

  private async accepted(landlord: Landlord, lease: Lease, answer: HttpResponse): Promise<string> {
    const body = LeaseAccepted.safeParse(answer.json());
    if (!body.success) throw this.refused(landlord, 'acceptance_malformed');
    try {
      const acceptance = await this.documents.verify(landlord, 'ocx-acceptance+jwt', body.data.acceptance, {
        schema: Acceptance,
        dated: ({ accepted_at }) => accepted_at,
      });
      const isForThisLease =
        acceptance.lease_id === lease.id &&
        acceptance.landlord_id === landlord.id &&
        acceptance.lease_sha256 === documentHash(lease.document);
      if (!isForThisLease) throw this.refused(landlord, 'acceptance_foreign');
      return body.data.acceptance;
    } catch (error) {
      if (error instanceof DocumentRefused) throw this.refused(landlord, 'acceptance_refused');
      throw error;
    }
  }

  private usageOf(landlord: Landlord, answer: HttpResponse): string[] {
    const body = LeaseUsage.safeParse(answer.json());
    if (!body.success) throw this.refused(landlord, 'usage_malformed');
    return body.data.usage;
  }

  private refused(landlord: Landlord, what: string): PeerMisbehaved {
    this.connections.breaker.count(landlord.id, what);
    return new PeerMisbehaved(`${landlord.name} sent a document that does not hold: ${what}.`);
  }
}

function reasonOf(answer: HttpResponse): string {
  const problem = Problem.safeParse(answer.json());
  return (problem.success ? problem.data.reason : undefined) ?? 'refused';
}
