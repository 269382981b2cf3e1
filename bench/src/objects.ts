import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median, peakResidentMiB, residentMiB, timed } from './measure.js';
import { startStorageLandlord } from './standalone-landlord.js';
import { type Row, times } from './table.js';
import type { Workplace } from './workplace.js';

const run = promisify(execFile);

const SIZES = [
  { mib: 64, rounds: 5 },
  { mib: 2048, rounds: 3 },
] as const;
const AT_ONCE = 8;
const BOUND = 0.5;
const BOUND_MIB = 60;

const each = (work: (index: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, index) => work(index)));

/** A plain copy: MD5 of the source and a synced copy beside it, both in C, both at once. */
const copy = (source: string, target: string) =>
  run('sh', [
    '-c',
    'md5sum "$1" >/dev/null & dd if="$1" of="$2" bs=1M conv=fsync status=none && wait $!',
    'sh',
    source,
    target,
  ]);

/** The same start for everything measured: nothing left to write of what came before, and the source in memory. */
async function settle(source: string): Promise<void> {
  await run('sync', ['--file-system', source]);
  await run('sh', ['-c', 'exec cat "$1" >/dev/null', 'sh', source]);
}

interface Account {
  readonly url: string;
  readonly token: string;
}

interface Target extends Account {
  readonly pid: number;
  /** Resident memory of the landlord before it saw a large object of any size. */
  readonly idleMiB: number;
}

const curl = (target: Account, path: string, ...options: string[]) =>
  run('curl', [
    '--fail',
    '--silent',
    '--show-error',
    '-H',
    `X-Auth-Token: ${target.token}`,
    ...options,
    `${target.url}/${path}`,
  ]);

const put = (target: Account, source: string, name: string) =>
  curl(target, name, '--request', 'PUT', '--upload-file', source, '-H', 'Expect:', '-o', '/dev/null');

interface Measured {
  /** Milliseconds of each round. */
  readonly ms: number[];
  /** The most resident memory in any of them. */
  peakMiB: number;
}

async function measure(into: Measured, pid: number, work: (index: number) => Promise<unknown>): Promise<void> {
  const peak = await peakResidentMiB(pid, async () => {
    into.ms.push(await timed(() => each(work)));
  });
  into.peakMiB = Math.max(into.peakMiB, peak);
}

async function measureSize(target: Target, directory: string, mib: number, rounds: number): Promise<Row[]> {
  const { pid, idleMiB } = target;
  const source = join(directory, 'source');
  await run('dd', ['if=/dev/urandom', `of=${source}`, 'bs=1M', `count=${mib}`, 'conv=fsync', 'status=none']);
  const plain: number[] = [];
  const puts: Measured = { ms: [], peakMiB: 0 };
  const gets: Measured = { ms: [], peakMiB: 0 };
  // In turn, so that both meet the same machine.
  for (let round = 0; round < rounds; round += 1) {
    await settle(source);
    plain.push(await timed(() => each((index) => copy(source, join(directory, `copy-${index}`)))));
    await each((index) => rm(join(directory, `copy-${index}`)));
    await settle(source);
    await measure(puts, pid, (index) => put(target, source, `bench/${mib}-${index}`));
    await settle(source);
    await measure(gets, pid, (index) => curl(target, `bench/${mib}-${index}`, '-o', '/dev/null'));
    await each((index) => curl(target, `bench/${mib}-${index}`, '--request', 'DELETE'));
  }
  await rm(source);
  const speed = (elapsed: number) => `${((AT_ONCE * mib * 1000) / elapsed).toFixed(0)} MiB/s`;
  const row = (what: string, measured: Measured): Row[] => {
    const ratio = median(plain) / median(measured.ms);
    const growth = measured.peakMiB - idleMiB;
    return [
      {
        what: `${what} ${mib} MiB, ${AT_ONCE} at once`,
        measured: speed(median(measured.ms)),
        against: `${speed(median(plain))} plain copies, fsync and MD5`,
        ratio: times(ratio),
        bound: `≥ ${times(BOUND)}`,
        kept: ratio >= BOUND,
      },
      {
        what: `${what} ${mib} MiB, ${AT_ONCE} at once: memory`,
        measured: `+${growth.toFixed(0)} MiB`,
        against: `${idleMiB.toFixed(0)} MiB before any large object`,
        ratio: '',
        bound: `≤ +${BOUND_MIB} MiB`,
        kept: growth <= BOUND_MIB,
      },
    ];
  };
  return [...row('PUT', puts), ...row('GET', gets)];
}

/** Large objects at a storage landlord, beside plain copies on the same disk. */
export async function objects(workplace: Workplace): Promise<Row[]> {
  const landlord = await startStorageLandlord(workplace);
  const account = { url: landlord.accountUrl, token: await landlord.token() };
  await curl(account, 'bench', '--request', 'PUT');
  await put(account, '/dev/null', 'bench/warm');
  const target = { ...account, pid: landlord.pid, idleMiB: residentMiB(landlord.pid) };
  const rows: Row[] = [];
  for (const { mib, rounds } of SIZES) rows.push(...(await measureSize(target, workplace.directory, mib, rounds)));
  return rows;
}
