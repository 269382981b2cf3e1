import { BackendUnavailable } from '@ocx/service-kit/errors';
import { lastLine } from './bounded-text.js';
import type { HostCommand, HostResult, MountHost } from './mount-host.js';

const DEFAULT_DEADLINE_MS = 15_000;

export type ToolOptions = Partial<Omit<HostCommand, 'argv'>>;

/** The few file-system and process operations the connector is made of, over a {@link MountHost}. */
export class HostTools {
  constructor(readonly host: MountHost) {}

  prepare(): Promise<void> {
    return this.host.prepare();
  }

  /** Any exit code is an answer. */
  run(argv: HostCommand['argv'], options: ToolOptions = {}): Promise<HostResult> {
    return this.host.run({ deadlineMs: DEFAULT_DEADLINE_MS, ...options, argv });
  }

  /** Standard output of a command that has to succeed. */
  async must(argv: HostCommand['argv'], options: ToolOptions = {}): Promise<string> {
    const result = await this.run(argv, options);
    if (result.exitCode === 0) return result.stdout;
    throw new BackendUnavailable(`${argv[0]} failed: ${lastLine(result.stderr)}`, { reason: 'tool_failed' });
  }

  /** Content of a file, or undefined when there is none. */
  async readFile(path: string): Promise<string | undefined> {
    const result = await this.run(['cat', '--', path]);
    return result.exitCode === 0 ? result.stdout : undefined;
  }

  /** Written whole or not at all, readable by root alone. The directory must exist. */
  async writeFile(path: string, content: string, options: ToolOptions = {}): Promise<void> {
    const script = 'umask 077 && cat > "$1.new" && sync "$1.new" && mv -f -- "$1.new" "$1"';
    await this.must(['sh', '-c', script, 'sh', path], { ...options, input: content });
  }

  async makeDirectory(path: string, mode: string): Promise<void> {
    await this.must(['mkdir', '-p', '-m', mode, '--', path]);
  }

  /** Names of the entries of a directory; none when it does not exist. */
  async entries(path: string): Promise<string[]> {
    const result = await this.run(['find', path, '-mindepth', '1', '-maxdepth', '1', '-printf', '%f\\0']);
    return result.stdout.split('\0').filter((name) => name !== '');
  }
}
