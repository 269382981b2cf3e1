import { createInterface } from 'node:readline';
import { AuditRecord } from '@ocx/openstack-api/identity/audit';
import { brokenAt } from './audit/audit-chain.js';

/** Reads an exported trail, one record in JSON a line, from its first record on; tells whether it is whole. */
let last: AuditRecord | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const record = AuditRecord.parse(JSON.parse(line));
  const problem = brokenAt([record], last);
  if (problem !== undefined) {
    process.stderr.write(`The trail is broken: ${problem}.\n`);
    process.exit(1);
  }
  last = record;
}
process.stdout.write(
  last === undefined
    ? 'The trail is empty.\n'
    : `${String(last.seq)} records, whole; the last one is ${last.sha256}.\n`,
);
