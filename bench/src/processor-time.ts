import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts processor time in, for every architecture that Node runs on: proc(5), sysconf(3). */
const TICKS_PER_SECOND = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/** Fields 4 and 14 to 17 of /proc/[pid]/stat: its own time, and that of its children which have ended. */
function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), ticks };
  } catch {
    // It has ended between the listing and now; its parent has its time.
    return undefined;
  }
}

/** Seconds of processor time that these processes and all their descendants took so far, ended ones included. */
export function processorSeconds(roots: readonly number[]): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const counted = new Set(roots);
  for (let size = -1; size !== counted.size;) {
    size = counted.size;
    for (const { pid, parent } of processes) if (counted.has(parent)) counted.add(pid);
  }
  const ticks = processes.filter(({ pid }) => counted.has(pid)).reduce((sum, process) => sum + process.ticks, 0);
  return ticks / TICKS_PER_SECOND;
}
