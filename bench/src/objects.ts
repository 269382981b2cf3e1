import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { peakResidentMiB, residentMiB, timed } from './measure.js';
import { startStorageLandlord } from './standalone-landlord.js';
import { type Row, times } from './table.js';
import type { Workplace } from './workplace.js';

const run = promisify(execFile);

const SIZES_MIB = [64, 2048];
const AT_ONCE = 8;
const MIB = 1024 * 1024;

const each = (work: (index: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, index) => work(index)));

/** A plain copy: MD5 of the source and a synced copy beside it, both in C, both at once. */
const copy = (source: string, target: string) =>
  run('sh', [
    '-c',
    'md5sum "$1" >/dev/null & dd if="$1" of="$2" bs=1M conv=fsync status=none; wait',
    'sh',
    source,
    target,
  ]);

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

async function measureSize(target: Target, directory: string, mib: number): Promise<Row[]> {
  const { pid, idleMiB } = target;
  const source = join(directory, 'source');
  await run('dd', ['if=/dev/urandom', `of=${source}`, 'bs=1M', `count=${mib}`, 'conv=fsync', 'status=none']);
  const bytes = AT_ONCE * mib * MIB;
  await copy(source, join(directory, 'warm'));
  const plain = await timed(() => each((index) => copy(source, join(directory, `copy-${index}`))));
  await each((index) => rm(join(directory, `copy-${index}`)));
  let putMs = 0;
  const putPeak = await peakResidentMiB(pid, async () => {
    putMs = await timed(() => each((index) => put(target, source, `bench/${mib}-${index}`)));
  });
  let getMs = 0;
  const getPeak = await peakResidentMiB(pid, async () => {
    getMs = await timed(() => each((index) => curl(target, `bench/${mib}-${index}`, '-o', '/dev/null')));
  });
  await each((index) => curl(target, `bench/${mib}-${index}`, '--request', 'DELETE'));
  await rm(source);
  const speed = (elapsed: number) => `${((bytes / MIB / elapsed) * 1000).toFixed(0)} MiB/s`;
  const row = (what: string, elapsed: number, peak: number): Row[] => [
    {
      what: `${what} ${mib} MiB, ${AT_ONCE} at once`,
      measured: speed(elapsed),
      against: `${speed(plain)} plain copies, fsync and MD5`,
      ratio: times(plain / elapsed),
      bound: '≥ 0.50 ×',
      kept: plain / elapsed >= 0.5,
    },
    {
      what: `${what} ${mib} MiB, ${AT_ONCE} at once: memory`,
      measured: `+${(peak - idleMiB).toFixed(0)} MiB`,
      against: `${idleMiB.toFixed(0)} MiB before any large object`,
      ratio: '',
      bound: '≤ +60 MiB',
      kept: peak - idleMiB <= 60,
    },
  ];
  return [...row('PUT', putMs, putPeak), ...row('GET', getMs, getPeak)];
}

/** Large objects at a storage landlord, beside plain copies on the same disk. */
export async function objects(workplace: Workplace): Promise<Row[]> {
  const landlord = await startStorageLandlord(workplace);
  const account = { url: landlord.accountUrl, token: await landlord.token() };
  await curl(account, 'bench', '--request', 'PUT');
  await put(account, '/dev/null', 'bench/warm');
  const target = { ...account, pid: landlord.pid, idleMiB: residentMiB(landlord.pid) };
  const rows: Row[] = [];
  for (const mib of SIZES_MIB) rows.push(...(await measureSize(target, workplace.directory, mib)));
  return rows;
}
