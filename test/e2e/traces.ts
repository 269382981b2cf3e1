import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { labelOf } from '@ocx/local-exchange/layout';

const run = promisify(execFile);

async function lines(command: string, ...args: string[]): Promise<string[]> {
  return (await run(command, args)).stdout.split('\n').filter(Boolean);
}

/** Process ids and command lines of what names the directory: services in their environment, others in their arguments. */
export async function processesOf(directory: string): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      const [command, environment] = await Promise.all([read('cmdline'), read('environ')]);
      const names = `${command}${environment}`.includes(`${directory}/`);
      return names ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ') }] : [];
    }),
  );
  return found.flat();
}

/** What carries the label of one of the exchange's compute landlords at the engine. */
async function labelled(directory: string, ...command: string[]): Promise<string[]> {
  const filters = ['harvard', 'mit'].map((name) => `label=ocx.landlord=${name}-${labelOf(directory)}`);
  return (
    await Promise.all(filters.map((filter) => lines('docker', ...command, '--quiet', '--filter', filter)))
  ).flat();
}

/** Everything of the exchange in `directory` that is on this machine outside of it while it runs. */
export async function tracesOf(directory: string): Promise<Record<string, string[]>> {
  return {
    processes: (await processesOf(directory)).map(({ command }) => command),
    containers: await labelled(directory, 'ps'),
    mounts: (await readFile('/proc/self/mountinfo', 'utf8'))
      .split('\n')
      .filter((line) => line.includes(`${directory}/`)),
    loops: (await lines('losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE')).filter((line) =>
      line.includes(`${directory}/`),
    ),
  };
}

export const NO_TRACES = { processes: [], containers: [], mounts: [], loops: [] };

/** What it keeps at the engine for its next start. */
export async function keptAtEngine(directory: string): Promise<string[]> {
  const images = ['harvard', 'mit'].map((name) => `ocx-${name}-${labelOf(directory)}/*`);
  return [
    ...(await labelled(directory, 'ps', '--all')),
    ...(await labelled(directory, 'network', 'ls')),
    ...(await labelled(directory, 'images')),
    ...(await Promise.all(images.map((name) => lines('docker', 'images', '--quiet', name)))).flat(),
  ];
}
