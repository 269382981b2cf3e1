export const GIB = 1024 ** 3;

export interface StoredVolume {
  readonly id: string;
  /** Bytes a server sees. */
  readonly size: number;
  /** Bytes it takes from the store. */
  readonly allocated: number;
}

/**
 * Where the bytes of volumes are. Ids are the volumes' UUIDs, sizes whole GiB. What a method promised is durable when
 * it returns. Errors: NotFound for a volume that is not there, BackendUnavailable when the store cannot do it.
 */
export abstract class VolumeBackend {
  /** A volume of zeros. Idempotent for the same size; Conflict when it exists with another. */
  abstract create(id: string, gib: number): Promise<void>;
  /** Grows; never shrinks. Idempotent. Only for a volume that nobody has connected. */
  abstract extend(id: string, gib: number): Promise<void>;
  /** Its bytes are gone and never reused. Idempotent: an unknown volume is a success. */
  abstract delete(id: string): Promise<void>;
  /** Makes durable what a connector wrote, flushed or not. */
  abstract flush(id: string): Promise<void>;
  abstract show(id: string): Promise<StoredVolume>;
  /** Absolute path of the file or device that an exporter serves. */
  abstract exportable(id: string): Promise<string>;
}
