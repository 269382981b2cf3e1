import { createInterface } from 'node:readline';
import { AuditRecord } from '@ocx/openstack-api/identity/audit';
import { brokenAt } from './audit/audit-chain.js';

/**
 * Reads an exported trail, one record in JSON a line; tells whether it is whole. It begins with the first record, or
 * after the one whose number and hash are given: `--after 1200 9f86d0…`.
 */
function beginning(arguments_: readonly string[]): Pick<AuditRecord, 'seq' | 'sha256'> | undefined {
  const [option, seq, sha256] = arguments_;
  if (option === undefined) return undefined;
  const after = AuditRecord.pick({ seq: true, sha256: true }).safeParse({ seq: Number(seq), sha256 });
  if (option === '--after' && after.success) return after.data;
  process.stderr.write('usage: audit-verify [--after NUMBER SHA256] < RECORDS\n');
  process.exit(2);
}

const first = beginning(process.argv.slice(2));
let last = first;
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
  last === undefined || last === first
    ? 'The trail is empty.\n'
    : `${String(last.seq - (first?.seq ?? 0))} records, whole; the last one is ${last.sha256}.\n`,
);
