import type { HostTools } from '../mount-host/host-tools.js';

/** Processes of one container that keep a volume busy. */
export class VolumeHolders {
  constructor(private readonly tools: HostTools) {}

  /** Process ids inside the container with a file, working directory, root or program on the device. */
  async find(containerId: string, device: number): Promise<number[]> {
    const inside = await this.processesOf(containerId);
    if (inside.length === 0) return [];
    const script =
      'for p; do stat -L -c "%n %d" /proc/$p/cwd /proc/$p/root /proc/$p/exe /proc/$p/fd/* 2>/dev/null; done; true';
    const output = await this.tools.must(['sh', '-c', script, 'sh', ...inside.map(String)]);
    const holders = output.split('\n').flatMap((line) => {
      const match = /^\/proc\/(\d+)\/\S+ (\d+)$/.exec(line);
      return match && Number(match[2]) === device ? [Number(match[1])] : [];
    });
    return [...new Set(holders)];
  }

  /** Ends them; a process that ended meanwhile is no error. */
  async end(pids: readonly number[], signal: 'TERM' | 'KILL'): Promise<void> {
    if (pids.length > 0) await this.tools.run(['kill', '-s', signal, '--', ...pids.map(String)]);
  }

  /** The container's id stands in the control group of each of its processes, whatever the cgroup version. */
  private async processesOf(containerId: string): Promise<number[]> {
    const script = 'grep -lsF -f - /proc/[0-9]*/cgroup || true';
    const output = await this.tools.must(['sh', '-c', script], { input: `${containerId}\n` });
    return output.split('\n').flatMap((line) => {
      const pid = /^\/proc\/(\d+)\/cgroup$/.exec(line)?.[1];
      return pid === undefined ? [] : [Number(pid)];
    });
  }
}
