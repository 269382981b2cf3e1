/** What the OpenStack face of the broker needs to know of its configuration. */
export abstract class ProxySettings {
  /** The API origin, without a trailing slash: every link begins with it. */
  abstract readonly publicUrl: string;
  abstract readonly dataDir: string;
  /** Milliseconds a landlord has to answer a part of a list. */
  abstract readonly landlordDeadlineMs: number;
  /** Bytes of the largest image. */
  abstract readonly maxImageBytes: number;
}
