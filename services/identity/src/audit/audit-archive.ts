import type { AuditRecord } from '@ocx/openstack-api/identity/audit';
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';

/** Wide enough for names to sort as their numbers do. */
const DIGITS = 15;

async function sync(name: string): Promise<void> {
  const handle = await open(name, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes records where they outlive the database: one in JSON a line, as `audit-verify` reads them, in a file of mode 0600
 * named by the first. Once this resolves they are on the disk; a longer file of the same beginning takes its place.
 */
export async function writeArchive(directory: string, records: readonly AuditRecord[]): Promise<void> {
  const [first] = records;
  if (!first) return;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, `${String(first.seq).padStart(DIGITS, '0')}.ndjson`);
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await sync(directory);
}
