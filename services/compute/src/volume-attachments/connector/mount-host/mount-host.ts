export interface HostCommand {
  /** Program and arguments; no shell. Nothing secret: arguments are public on a host. */
  readonly argv: readonly [string, ...string[]];
  /** Fed to standard input; the way secrets travel. */
  readonly input?: string;
  /** For a command about the host's own network, which what runs it need not share. */
  readonly hostNetwork?: boolean;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

export interface HostResult {
  readonly exitCode: number;
  /** At most 1 MiB each; more is cut. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A file below a directory that is written with others. */
export interface HostFile {
  /** Relative to the directory; no parents of its own. */
  readonly path: string;
  readonly content: string | Buffer;
  readonly mode: number;
}

/**
 * Runs commands with the rights to mount, in the mount namespace that servers' containers get their volumes from.
 * Daemons started by a command outlive this process.
 */
export abstract class MountHost {
  /** Ready to run commands: rights and tools are there. Throws BackendUnavailable naming what is missing. */
  abstract prepare(): Promise<void>;
  /** Any exit code is a result. Throws BackendUnavailable when the deadline passes or the command cannot be started. */
  abstract run(command: HostCommand): Promise<HostResult>;
  /** Makes the directory and its parents, mode 0755, unless they are there. */
  abstract makeDirectory(path: string): Promise<void>;
  /** Writes the files over what is there; the directory is made as needed. */
  abstract writeFiles(directory: string, files: readonly HostFile[]): Promise<void>;
}
