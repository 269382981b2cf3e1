export interface VolumeExport {
  /** UUID of the attachment: also the export's name and the TLS-PSK identity. */
  readonly id: string;
  /** Absolute path of what is exported. */
  readonly path: string;
  readonly readOnly: boolean;
}

export interface ExportAddress {
  readonly host: string;
  readonly port: number;
  /** Lower-case hex. Never logged, never an argument. */
  readonly key: string;
}

/**
 * Serves one volume to one attachment: own port, own key, own name, one client. Exports outlive this process and are
 * found again by the next one.
 */
export abstract class VolumeExporter {
  /**
   * Serves, or keeps serving, under the address the export has had since its first start: same port, same key, so that
   * a client waiting to reconnect finds it. Throws Conflict when another export holds the volume, BackendUnavailable
   * when it cannot be served now.
   */
  abstract ensure(volume: VolumeExport): Promise<ExportAddress>;
  /** Cuts the client off at once, then destroys the key. Durable when it returns. Idempotent. */
  abstract stop(id: string): Promise<void>;
  /** Ids of the exports that were started and not stopped, running or not. */
  abstract list(): Promise<readonly string[]>;
  /** Whether it is served right now. Cheap: asked often. */
  abstract isServed(id: string): Promise<boolean>;
}
