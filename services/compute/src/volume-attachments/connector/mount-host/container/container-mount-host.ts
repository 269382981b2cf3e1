import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import Docker from 'dockerode';
import { pack } from 'tar-stream';
import { BoundedText, lastLine } from '../bounded-text.js';
import { type HostCommand, type HostFile, type HostResult, MountHost } from '../mount-host.js';

export interface HelperOptions {
  /** Image with qemu-storage-daemon, util-linux and e2fsprogs. */
  readonly image: string;
  readonly network: string;
  /** Absolute path, the same on the engine's host and in the helper. */
  readonly sharedDirectory: string;
  readonly labels: Readonly<Record<string, string>>;
}

const PATH = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';
/**
 * Runs `"$@"` in namespaces of the engine's own process, whose idea of the host's paths and network is the one that
 * counts; of process 1 where the engine has another name. The helpers see the host's process ids.
 */
const AS_ENGINE = (namespace: 'mount' | 'net') => [
  'sh',
  '-c',
  `engine=$(grep -lx dockerd /proc/[0-9]*/comm 2>/dev/null | head -n 1 | cut -d / -f 3)
  exec nsenter --target "\${engine:-1}" --${namespace} -- "$@"`,
  'sh',
];

/** What mounting takes, instead of `Privileged`: all capabilities are more than some hosts have to give. */
const RIGHTS: Docker.HostConfig = {
  CapAdd: ['SYS_ADMIN', 'SYS_PTRACE', 'NET_ADMIN', 'MKNOD', 'DAC_READ_SEARCH'],
  DeviceCgroupRules: ['a *:* rwm'],
  SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
  PidMode: 'host',
};
const SETUP_DEADLINE_MS = 60_000;
const FILES_DEADLINE_MS = 15_000;
const ENGINE_TIMEOUT_MS = 30_000;
const KILLED = 128;

const statusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;

function unavailable(cause: unknown): BackendUnavailable {
  return new BackendUnavailable('The helper container that mounts volumes does not run.', {
    reason: 'mount_helper',
    cause,
  });
}

/**
 * Runs commands in a privileged container on the landlord's engine, whose mounts under the shared directory reach the
 * host and every server. The helper outlives this process, and with it the daemons started in it.
 */
export class ContainerMountHost extends MountHost {
  private readonly engine = new Docker({ timeout: ENGINE_TIMEOUT_MS });
  private readonly name: string;
  private ready: Promise<void> | undefined;

  constructor(private readonly options: HelperOptions) {
    super();
    const path = createHash('sha256').update(options.sharedDirectory).digest('hex');
    this.name = `ocx-mounts-${path.slice(0, 16)}`;
  }

  /** Each call looks whether the helper still runs; it is started again when it does not. */
  async prepare(): Promise<void> {
    this.ready ??= this.start().finally(() => {
      this.ready = undefined;
    });
    await this.ready;
  }

  async run(command: HostCommand): Promise<HostResult> {
    command.signal?.throwIfAborted();
    // The deadline is kept inside too: ending a call of the engine's API does not end the command.
    const seconds = String(Math.ceil(command.deadlineMs / 1000) + 1);
    const enter = command.hostNetwork && this.options.network !== 'host' ? AS_ENGINE('net') : [];
    const exec = await this.created(['timeout', '--signal=KILL', seconds, ...enter, ...command.argv]);
    const stream = await exec.start({ hijack: true, stdin: true });
    const stdout = new BoundedText();
    const stderr = new BoundedText();
    this.engine.modem.demuxStream(stream, collector(stdout), collector(stderr));
    const ended = this.ended(stream, command);
    stream.end(command.input ?? '');
    await ended;
    const { ExitCode } = await exec.inspect();
    return { exitCode: ExitCode ?? KILLED, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  async makeDirectory(path: string): Promise<void> {
    await this.must(['mkdir', '-p', '-m', '0755', '--', path]);
  }

  // By standard input: arguments are public on a host, and user data may hold secrets.
  async writeFiles(directory: string, files: readonly HostFile[]): Promise<void> {
    const archive = pack();
    for (const { path, content, mode } of files) archive.entry({ name: path, mode }, content);
    archive.finalize();
    const script = 'mkdir -p -m 0755 -- "$1" && base64 -d | tar -xpf - --no-same-owner -C "$1"';
    await this.must(['sh', '-c', script, 'sh', directory], (await buffer(archive)).toString('base64'));
  }

  private async must(argv: HostCommand['argv'], input = ''): Promise<void> {
    const { exitCode, stderr } = await this.run({ argv, input, deadlineMs: FILES_DEADLINE_MS });
    if (exitCode === 0) return;
    throw new BackendUnavailable(`${argv[0]} failed: ${lastLine(stderr)}`, { reason: 'tool_failed' });
  }

  /** The helper may not have been needed yet, or have been removed: then it is started, once. */
  private async created(argv: string[]): Promise<Docker.Exec> {
    const exec = () =>
      this.engine.getContainer(this.name).exec({
        Cmd: argv,
        Env: [PATH, 'LC_ALL=C'],
        WorkingDir: '/',
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      });
    try {
      return await exec();
    } catch (error) {
      const status = statusOf(error);
      if (status !== 404 && status !== 409) throw unavailable(error);
    }
    await this.prepare();
    return exec();
  }

  private ended(stream: NodeJS.ReadWriteStream & { destroy(): void }, command: HostCommand): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error) => {
        clearTimeout(timer);
        command.signal?.removeEventListener('abort', onAbort);
        if (error) stream.destroy();
        if (error) reject(error);
        else resolve();
      };
      const onAbort = () => {
        finish(command.signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        finish(new BackendUnavailable(`${command.argv[0]} did not end in time.`, { reason: 'deadline' }));
      }, command.deadlineMs);
      command.signal?.addEventListener('abort', onAbort, { once: true });
      stream.on('end', () => {
        finish();
      });
      stream.on('error', (error: Error) => {
        finish(unavailable(error));
      });
    });
  }

  private async start(): Promise<void> {
    try {
      const running = await this.engine.getContainer(this.name).inspect();
      if (running.State.Running) return;
      await this.engine.getContainer(this.name).remove({ force: true, v: true });
    } catch (error) {
      if (statusOf(error) !== 404) throw unavailable(error);
    }
    try {
      await this.shareDirectory();
      const helper = await this.engine.createContainer(this.helperSpec());
      await helper.start();
    } catch (error) {
      // Another replica of this landlord was faster.
      if (statusOf(error) !== 409) throw unavailable(error);
    }
  }

  /** In the host's own mount namespace: a directory that is not shared there would keep the helper's mounts to itself. */
  private async shareDirectory(): Promise<void> {
    const script = `
      grep -q " $1 .* shared:" /proc/self/mountinfo && exit 0
      mkdir -p -m 0700 -- "$1" || exit 1
      grep -q " $1 " /proc/self/mountinfo || mount --bind "$1" "$1" || exit 1
      mount --make-shared "$1"`;
    const container = await this.engine.createContainer({
      Image: this.options.image,
      Labels: { ...this.options.labels },
      Entrypoint: AS_ENGINE('mount'),
      Cmd: ['sh', '-c', script, 'sh', this.options.sharedDirectory],
      HostConfig: { ...RIGHTS, NetworkMode: 'none' },
    });
    try {
      await container.start();
      const { StatusCode } = (await container.wait({
        abortSignal: AbortSignal.timeout(SETUP_DEADLINE_MS),
      })) as { StatusCode: number };
      if (StatusCode !== 0) throw new Error(`sharing ${this.options.sharedDirectory} ended with ${StatusCode}`);
    } finally {
      await container.remove({ force: true, v: true });
    }
  }

  private helperSpec(): Docker.ContainerCreateOptions {
    const { image, network, sharedDirectory, labels } = this.options;
    return {
      name: this.name,
      Image: image,
      Labels: { ...labels },
      Entrypoint: ['sleep'],
      Cmd: ['infinity'],
      // The image's own asks a service that does not run in this container.
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        ...RIGHTS,
        NetworkMode: network,
        Binds: [`${sharedDirectory}:${sharedDirectory}:rshared`, '/dev:/dev'],
      },
    };
  }
}

function collector(text: BoundedText): PassThrough {
  const sink = new PassThrough();
  sink.on('data', (chunk: Buffer) => {
    text.add(chunk);
  });
  return sink;
}
