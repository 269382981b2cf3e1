/** The slow hash of secrets. One call is one computation, which costs tens of milliseconds and megabytes. */
export abstract class PasswordHashing {
  /** A salted hash that names its own parameters. */
  abstract hash(secret: string): Promise<string>;

  /** Whether `stored`, made by {@link hash}, is of this secret. */
  abstract verify(stored: string, secret: string): Promise<boolean>;

  /** Whether `stored` costs what {@link hash} does now. Free. */
  abstract isCurrent(stored: string): boolean;
}
