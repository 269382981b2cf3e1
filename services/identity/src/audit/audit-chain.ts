import { createHash } from 'node:crypto';
import type { AuditRecord } from '@ocx/openstack-api/identity/audit';

/** The hash that binds an event to all those before it. */
export function chainedHash(previous: string | null, event: string): string {
  return createHash('sha256')
    .update(`${previous ?? ''}\n${event}`)
    .digest('hex');
}

/** Continues a chain with these events. */
export function chain(last: Pick<AuditRecord, 'seq' | 'sha256'> | undefined, events: readonly string[]): AuditRecord[] {
  let { seq, sha256: previous } = { seq: last?.seq ?? 0, sha256: last?.sha256 ?? null };
  return events.map((event) => {
    seq += 1;
    const record = { seq, previous, sha256: chainedHash(previous, event), event };
    previous = record.sha256;
    return record;
  });
}

/**
 * What is wrong with the first record that does not follow from those before it, or undefined.
 * @param last the record before these; undefined when they begin with the first
 */
export function brokenAt(
  records: Iterable<AuditRecord>,
  last?: Pick<AuditRecord, 'seq' | 'sha256'>,
): string | undefined {
  let before = last;
  for (const record of records) {
    const [expected] = chain(before, [record.event]);
    if (record.seq !== expected?.seq) return `record ${String(expected?.seq)} is missing`;
    if (record.previous !== expected.previous) return `record ${String(record.seq)} does not follow the one before it`;
    if (record.sha256 !== expected.sha256) return `record ${String(record.seq)} was altered`;
    before = record;
  }
  return undefined;
}
