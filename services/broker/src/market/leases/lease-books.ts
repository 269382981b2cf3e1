import type { Meter } from '@ocx/openstack-api/exchange/documents';
import type { Lease } from './lease.js';

/** A lease with what settlement needs to know of it. */
export interface LeaseBooks extends Lease {
  /** Units settled so far, by meter. */
  readonly units: Readonly<Partial<Record<Meter, bigint>>>;
  readonly unpaid: bigint;
  /** What the landlord may claim at most for one second. */
  readonly unitsPerSecond: bigint;
  /** What it may have claimed before its quantity was amended the last time. */
  readonly unitsBefore: bigint;
  readonly amendedAt: Date | null;
  /** Number and hash of the last settled record: what the next one must continue. */
  readonly usageSeq: number;
  readonly usageSha256: string | null;
  readonly usageTo: Date | null;
  /** Why a record was refused; nothing more is settled then. */
  readonly dispute: string | null;
}
