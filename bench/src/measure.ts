import { readFileSync } from 'node:fs';

/** Milliseconds that one call took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The nearest-rank percentile of a non-empty list. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1));
  const value = sorted[index];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
}

/** Resident memory of a process in MiB, from /proc. */
export function residentMiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (!line?.[1]) throw new Error(`Process ${pid} has no resident memory.`);
  return Number(line[1]) / 1024;
}

/** The largest resident memory of a process, in MiB, while `work` runs. */
export async function peakResidentMiB(pid: number, work: () => Promise<unknown>): Promise<number> {
  let peak = residentMiB(pid);
  const sampler = setInterval(() => {
    peak = Math.max(peak, residentMiB(pid));
  }, 50);
  try {
    await work();
  } finally {
    clearInterval(sampler);
  }
  return peak;
}
