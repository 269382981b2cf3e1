import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AuditRecord } from '@ocx/openstack-api/identity/audit';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdentityProcess } from './identity-process.js';

const VERIFY = fileURLToPath(new URL('../dist/audit-verify.js', import.meta.url));
const LONG_AGO = '2020-01-01T00:00:00.000Z';

let identity: IdentityProcess;
let database: pg.Client;
let archive: string;

beforeEach(async () => {
  identity = await IdentityProcess.start({ OCX_AUDIT_RETENTION_DAYS: '1', OCX_HOUSEKEEPING_SECONDS: '1' });
  archive = path.join(identity.installation.directory, 'data', 'audit-archive');
  database = new pg.Client({ connectionString: identity.installation.databaseUrl });
  await database.connect();
  await identity.admin('POST', '/v3/regions', { region: { id: 'early' } });
});
afterEach(async () => {
  await database.end();
  await identity.stop();
});

interface Trail {
  readonly records: AuditRecord[];
  readonly archived?: Pick<AuditRecord, 'seq' | 'sha256'>;
}
const trail = async (): Promise<Trail> =>
  (await identity.admin('GET', '/v3/OS-OCX-AUDIT/records?limit=1000')).body as Trail;
const archived = async (): Promise<string> => {
  const names = await readdir(archive).catch(() => []);
  return (await Promise.all(names.sort().map((name) => readFile(path.join(archive, name), 'utf8')))).join('');
};
const lines = (records: readonly AuditRecord[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');

async function verified(text: string, ...options: string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [VERIFY, ...options]);
  run.child.stdin?.end(text);
  return run.then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { stderr: string }).stderr,
  );
}

/** As if what happened so far had happened long ago: what only the owner of the whole database can do. */
async function age(andThen = 'SELECT 1'): Promise<void> {
  await database.query('BEGIN');
  await database.query('SELECT pg_advisory_xact_lock(721049333)');
  await database.query('ALTER TABLE audit_records DISABLE TRIGGER ALL');
  await database.query(
    `UPDATE audit_records SET event = jsonb_set(event::jsonb, '{eventTime}', to_jsonb($1::text))::text`,
    [LONG_AGO],
  );
  await database.query(
    `DO $$ DECLARE one record; before text := NULL; BEGIN
       FOR one IN SELECT * FROM audit_records ORDER BY seq LOOP
         UPDATE audit_records SET previous = before,
           sha256 = encode(sha256(convert_to(COALESCE(before, '') || E'\\n' || one.event, 'UTF8')), 'hex')
          WHERE seq = one.seq RETURNING sha256 INTO before;
       END LOOP; END $$`,
  );
  await database.query(andThen);
  await database.query('ALTER TABLE audit_records ENABLE TRIGGER ALL');
  await database.query('COMMIT');
}

describe('what is older than is kept', () => {
  it('goes to a file before it goes, and the trail is whole over both', async () => {
    const made = (await trail()).records.length;
    expect(made).toBeGreaterThan(1);
    await age();
    await expect.poll(async () => (await trail()).archived?.seq, { timeout: 30_000, interval: 200 }).toBe(made - 1);
    expect((await stat(path.join(archive, '000000000000001.ndjson'))).mode & 0o777).toBe(0o600);
    expect((await stat(archive)).mode & 0o777).toBe(0o700);

    await identity.admin('POST', '/v3/regions', { region: { id: 'later' } });
    const { records, archived: cut } = await trail();
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => made + index));
    expect(records.length).toBe(3);
    const export_ = lines(records);
    expect(await verified((await archived()) + export_)).toContain(`${String(made + 2)} records, whole`);
    expect(await verified(export_)).toContain('record 1 is missing');
    expect(await verified(export_, '--after', String(cut?.seq), cut?.sha256 ?? '')).toContain('3 records, whole');
    expect(await verified(export_, '--after', String(cut?.seq), 'f'.repeat(64))).toContain('does not follow');
    expect(await verified(export_, '--before')).toContain('usage');
    expect(await verified((await archived()).replace(LONG_AGO, '2021-01-01T00:00:00.000Z'))).toContain('was altered');

    for (const statement of [
      'DELETE FROM audit_records',
      'UPDATE audit_checkpoints SET seq = 1',
      'DELETE FROM audit_checkpoints',
      'TRUNCATE audit_checkpoints',
    ]) {
      await expect(database.query(statement)).rejects.toThrow('append-only');
    }
  });

  it('stays when it was altered: it would be gone as evidence', async () => {
    const made = (await trail()).records.length;
    await age(`UPDATE audit_records SET event = replace(event, 'success', 'failure') WHERE seq = 1`);
    await identity.admin('POST', '/v3/regions', { region: { id: 'meanwhile' } });
    // A few rounds.
    await sleep(3_500);
    expect((await trail()).records.length).toBe(made + 2);
    expect(await archived()).toBe('');
  });
});
