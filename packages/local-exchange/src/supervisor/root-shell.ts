import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type Docker from 'dockerode';

const run = promisify(execFile);

/**
 * Runs a script of sh, whose arguments are its `$1`, `$2` …, as root where the engine's mounts are. Gives what it wrote,
 * which is also in the error if it ends with another code than 0.
 */
export type RootShell = (script: string, ...args: readonly string[]) => Promise<string>;

const DEADLINE_MS = 60_000;

/** Enters the engine's own namespaces: paths, mounts and network are the host's, not the container's. */
const ON_ITS_HOST = `engine=$(grep -lx dockerd /proc/[0-9]*/comm 2>/dev/null | head -n 1 | cut -d / -f 3)
exec nsenter --target "\${engine:-1}" --mount --net -- "$@"`;

/** For a process that is root itself, on the engine's host. */
export const ownRootShell: RootShell = async (script, ...args) => {
  const { stdout } = await run('sh', ['-c', script, 'sh', ...args], { cwd: '/', timeout: DEADLINE_MS });
  return stdout;
};

/** For anybody else who may use the engine: a container that sees the host's processes, devices and mounts. */
export function helperRootShell(docker: Docker, image: string): RootShell {
  return async (script, ...args) => {
    const container = await docker.createContainer({
      Image: image,
      Entrypoint: ['sh', '-c', ON_ITS_HOST, 'sh'],
      Cmd: ['sh', '-c', script, 'sh', ...args],
      Healthcheck: { Test: ['NONE'] },
      // One stream of plain text.
      Tty: true,
      HostConfig: {
        CapAdd: ['SYS_ADMIN', 'SYS_PTRACE', 'NET_ADMIN', 'DAC_READ_SEARCH'],
        DeviceCgroupRules: ['a *:* rwm'],
        SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
        PidMode: 'host',
        NetworkMode: 'none',
        // One that can be read again, whatever the engine's own is.
        LogConfig: { Type: 'json-file', Config: {} },
      },
    });
    try {
      await container.start();
      const ended = (await container.wait({ abortSignal: AbortSignal.timeout(DEADLINE_MS) })) as { StatusCode: number };
      const logs = await container.logs({ stdout: true, stderr: true });
      const said = logs.toString().replaceAll('\r\n', '\n');
      if (ended.StatusCode === 0) return said;
      throw new Error(`sh ended with code ${String(ended.StatusCode)}: ${said.trim()}`);
    } finally {
      await container.remove({ force: true, v: true });
    }
  };
}
