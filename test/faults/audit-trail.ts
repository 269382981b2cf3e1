import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Session } from '@ocx/local-exchange/api/session';
import { z } from 'zod';

const VERIFY = fileURLToPath(new URL('../../services/identity/dist/audit-verify.js', import.meta.url));
const Records = z.object({ records: z.array(z.looseObject({ seq: z.number() })) });

/** What the operator's own command says of the exported audit trail. */
export async function verifiedAuditTrail(session: Session, identity: string): Promise<string> {
  const command = spawn(process.execPath, [VERIFY], { stdio: ['pipe', 'pipe', 'pipe'] });
  const said = Promise.all([text(command.stdout), text(command.stderr)]);
  for (let after = 0; ;) {
    const { records } = await session.get(Records, `${identity}/OS-OCX-AUDIT/records?after=${String(after)}`);
    for (const record of records) command.stdin.write(`${JSON.stringify(record)}\n`);
    const last = records.at(-1);
    if (!last) break;
    after = last.seq;
  }
  command.stdin.end();
  return (await said).join('');
}
