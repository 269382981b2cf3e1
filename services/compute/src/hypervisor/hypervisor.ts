import type { Readable } from 'node:stream';

export interface NetworkSpec {
  /** UUID of our row; the network's name at the engine derives from it. */
  readonly id: string;
  readonly projectId: string;
  /** CIDR, and the host's address in it. */
  readonly subnet: string;
  readonly gateway: string;
}

export interface InstanceSpec {
  /** UUID of the server. */
  readonly id: string;
  readonly projectId: string;
  readonly hostname: string;
  readonly imageId: string;
  /** PID 1 and its arguments; absent: what the image itself says. */
  readonly command?: readonly string[];
  readonly vcpus: number;
  /** MiB */
  readonly ram: number;
  /** GiB; enforced where the engine's storage can. */
  readonly disk: number;
  /** Null: no network at all. */
  readonly network: { readonly id: string; readonly address: string; readonly mac: string } | null;
  /** Absolute host path, already a shared mount, shown at /volumes as `rslave`. */
  readonly volumesDirectory: string;
  /** Absolute host path of cloud-init's NoCloud seed, shown read-only where NoCloud looks for it. */
  readonly seedDirectory: string;
  /** Files put into the instance before it starts. */
  readonly files: readonly InstanceFile[];
}

export interface InstanceFile {
  /** Absolute path inside the instance. */
  readonly path: string;
  readonly content: string | Buffer;
  readonly mode: number;
}

export interface Instance {
  /** UUID of the server. */
  readonly id: string;
  /** The engine's own id. */
  readonly engineId: string;
  readonly state: 'created' | 'running' | 'paused' | 'stopped';
  /** Of the last end; null while it runs. */
  readonly exitCode: number | null;
}

/** `rootfs`: a plain tar of a root file system. `docker`: an archive of `docker save` holding exactly one image. */
export type ArchiveKind = 'rootfs' | 'docker';

export interface InstanceEnd {
  readonly id: string;
  readonly exitCode: number;
}

/**
 * Where servers run. A driver sees and touches only what carries this landlord's own label. Every call is idempotent and
 * has a deadline. Errors: BackendUnavailable (the engine does not answer), NotFound, Conflict, InvalidInput.
 */
export abstract class Hypervisor {
  /** Once at start and after the engine was away: the engine answers, and host-side isolation is in place. */
  abstract prepare(): Promise<void>;
  /** Undoes `prepare` on the host, when the landlord stands down and no instance of it runs. */
  abstract release(): Promise<void>;
  abstract ensureNetwork(network: NetworkSpec): Promise<void>;
  /** Conflict while instances use it. */
  abstract removeNetwork(id: string): Promise<void>;
  /** Ids of our networks. */
  abstract listNetworks(): Promise<readonly string[]>;
  /** Creates and starts. On failure nothing is left behind. NotFound when the engine lacks the image. */
  abstract launch(instance: InstanceSpec): Promise<Instance>;
  abstract start(id: string): Promise<void>;
  /** Asks PID 1 to end, and kills it after `graceSeconds`. */
  abstract stop(id: string, graceSeconds: number): Promise<void>;
  abstract restart(id: string, graceSeconds: number): Promise<void>;
  /** Kills and removes, whatever the state. An unknown id is no error. */
  abstract destroy(id: string): Promise<void>;
  abstract find(id: string): Promise<Instance | undefined>;
  abstract list(): Promise<readonly Instance[]>;
  /** The last `lines` lines that PID 1 wrote, at most 1 MiB. */
  abstract consoleOutput(id: string, lines: number | undefined): Promise<string>;
  /** Makes the archive, which may be read several times, the image `imageId`; no other name at the engine is changed, whatever the archive says. */
  abstract importImage(imageId: string, kind: ArchiveKind, archive: () => Promise<Readable>): Promise<void>;
  /** Pulls from a registry. BackendUnavailable when none answers, NotFound when it has no such image. */
  abstract pullImage(imageId: string, reference: string): Promise<void>;
  /** The image as a `docker save` archive, without the engine's tags of other parties. */
  abstract exportImage(imageId: string): Promise<Readable>;
  abstract hasImage(imageId: string): Promise<boolean>;
  abstract removeImage(imageId: string): Promise<void>;
  /** Calls back when an instance of ours ends; returns when the engine's feed breaks off or the signal aborts. */
  abstract watch(onEnd: (end: InstanceEnd) => void, signal: AbortSignal): Promise<void>;
}
