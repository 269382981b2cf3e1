import type { AttachmentMode } from '@ocx/openstack-api/exchange/tokens';

/** Where a storage landlord exports one volume to this attachment, as its redeem answer says. */
export interface ExportTarget {
  /** Host name or address of the export. */
  readonly host: string;
  readonly port: number;
  /** NBD export name. */
  readonly export: string;
  /** Bytes. A connected export of another size is refused. */
  readonly size: number;
  /** TLS-PSK identity and its key, lower-case hex. The key stays out of logs, errors, arguments and environments. */
  readonly tls: { readonly username: string; readonly key: string };
}

/** What the connector remembers of an attachment, secrets apart. */
export interface AttachmentPlace {
  /** UUID of the attachment. */
  readonly id: string;
  readonly serverId: string;
  /** Absolute host path of the server's shared directory, made ready by `prepareDirectory`. */
  readonly volumesDirectory: string;
  /** Name of the entry under `volumesDirectory`: the device's name, `vdb` to `vdz`. */
  readonly name: string;
  readonly mode: AttachmentMode;
}

export interface ConnectVolume extends AttachmentPlace {
  readonly target: ExportTarget;
  /** Aborting undoes what was done so far and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** `mount`: an ext4 file system mounted by this host. `file`: the volume as one regular file, for storage not trusted. */
export type AttachForm = 'mount' | 'file';

export interface ConnectedVolume {
  readonly id: string;
  readonly form: AttachForm;
  /** Host path: `<volumesDirectory>/<name>`, a directory for `mount`, a regular file for `file`. */
  readonly path: string;
  /** True when the volume was blank and got its file system now. */
  readonly formatted: boolean;
}

export interface DisconnectVolume {
  readonly id: string;
  /** Engine's id of the server's container; only its processes are ever ended to free a busy volume. Null when it is gone. */
  readonly containerId: string | null;
  /**
   * `wait`: a busy volume is tried for some seconds, then refused (Conflict, reason `volume_busy`), still attached.
   * `kill`: afterwards the holders inside the container are ended.
   * `abandon`: for a storage that is gone or a lease that ended: the transport is cut first, unwritten data is lost.
   */
  readonly busy: 'wait' | 'kill' | 'abandon';
  readonly signal?: AbortSignal;
}

export interface DisconnectedVolume {
  /** False when data written by the server may not have reached the storage: a flush failed or the volume was abandoned. */
  readonly clean: boolean;
}

/**
 * `connected`: the transport lives and the volume is in place. `partial`: a crash cut connecting or disconnecting in
 * half; `disconnect` converges it.
 */
export interface FoundVolume extends AttachmentPlace {
  readonly form: AttachForm;
  readonly state: 'connected' | 'partial';
}

/**
 * `healthy`: a flush reached the storage. `stalled`: the storage does not answer, reads and writes wait. `broken`: reads
 * and writes fail, or the file system has recorded errors. `absent`: not connected.
 */
export type VolumeHealth = 'healthy' | 'stalled' | 'broken' | 'absent';

/**
 * Makes a volume of any storage landlord appear in a running server, and takes it away.
 * Every call is idempotent and has a deadline. What is connected outlives this process: `list` finds it again.
 * Errors: InvalidInput (a target or name out of bounds), Conflict (`volume_busy`, `volume_not_mountable`),
 * BackendUnavailable (storage unreachable, key refused, a tool failed).
 */
export abstract class VolumeConnector {
  /**
   * Makes the directory that is bound into the server read-only as `rslave`, in a shared mount. To be called before the
   * container is created and before each start of it: a reboot of the host undoes it.
   */
  abstract prepareDirectory(volumesDirectory: string): Promise<void>;
  /** Undoes `prepareDirectory`; the directory must hold no volume. */
  abstract releaseDirectory(volumesDirectory: string): Promise<void>;
  /** Undoes what is prepared for all servers together; for when none of them runs. */
  abstract release(): Promise<void>;
  /** Names of what is in a directory above those of servers, as the engine's host sees it; none when it does not exist. */
  abstract entries(directory: string): Promise<readonly string[]>;
  /** Connects and places the volume. On failure nothing is left behind. Repeating it for a connected volume changes nothing. */
  abstract connect(volume: ConnectVolume): Promise<ConnectedVolume>;
  /** Takes the volume away, whatever a crash left of it. An unknown id is `{ clean: true }`. */
  abstract disconnect(volume: DisconnectVolume): Promise<DisconnectedVolume>;
  /** What this host holds now, complete or in pieces, for the reconciler. */
  abstract list(): Promise<readonly FoundVolume[]>;
  abstract health(id: string): Promise<VolumeHealth>;
}
