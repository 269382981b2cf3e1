import type { PublicJwk } from '@ocx/openstack-api/exchange/documents';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** A published key signs only after verifiers had this long to fetch it. Milliseconds. */
export const PUBLISH_AHEAD_MS = 15 * 60 * 1000;
/** Nothing that a key of the ring signs lives longer: a grant for a lease of at most a year. Seconds. */
export const LONGEST_LIFE_SECONDS = 366 * 24 * 3600;
const DAY_MS = 24 * 3600 * 1000;
// Replicas notice a new key at different times, and verifiers' clocks differ.
const RETIREMENT_SLACK_MS = DAY_MS;

interface RingKey {
  readonly file: string;
  readonly key: SigningKey;
  readonly madeAt: number;
}

type PublishedKey = PublicJwk & { kid: string; alg: 'ES256'; use: 'sig' };

/**
 * Identity's signing keys: one file each, mode 0600, named by number. All are published; the newest that has been
 * published long enough signs. Adding a file rotates without downtime; a key is taken away once nothing it signed can
 * live any more.
 */
export class KeyRing {
  private keys: readonly RingKey[] = [];
  private localKeys = createLocalJWKSet({ keys: [] });

  private constructor(
    private readonly directory: string,
    private readonly now: () => number,
  ) {}

  /** `now` tells the time in milliseconds. */
  static async open(dataDirectory: string, now: () => number = Date.now): Promise<KeyRing> {
    const ring = new KeyRing(path.join(dataDirectory, 'signing-keys'), now);
    await ring.reload();
    return ring;
  }

  /** Reads the directory again; makes the first key where there is none, and removes those that have retired. */
  async reload(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const files = await this.files();
    if (files.length === 0) files.push('0001.jwk');
    const keys = await Promise.all(files.map((name) => this.read(path.join(this.directory, name))));
    const retired = keys.filter((_, index) => this.isRetired(keys[index + 1]));
    await Promise.all(retired.map(({ file }) => rm(file, { force: true })));
    this.keys = keys.filter((key) => !retired.includes(key));
    this.localKeys = createLocalJWKSet({ keys: this.published });
  }

  /** Makes the next key. It is published at the next reload and signs {@link PUBLISH_AHEAD_MS} later. */
  async rotate(): Promise<string> {
    const next = Number((await this.files()).at(-1)?.slice(0, 4) ?? 0) + 1;
    const key = await SigningKey.load(path.join(this.directory, `${String(next).padStart(4, '0')}.jwk`));
    await this.reload();
    return key.thumbprint;
  }

  /** Reads the directory again, and makes the next key where the newest is older than `days`. Gives its thumbprint. */
  async renew(days: number): Promise<string | undefined> {
    await this.reload();
    const newest = this.keys.at(-1);
    // Of replicas that find it too old at the same moment one makes the next, for it has the next number.
    return newest && newest.madeAt + days * DAY_MS <= this.now() ? this.rotate() : undefined;
  }

  get current(): SigningKey {
    const [first] = this.keys;
    if (!first) throw new Error('The key ring has no key.');
    const due = this.now() - PUBLISH_AHEAD_MS;
    return (this.keys.findLast((candidate) => candidate.madeAt <= due) ?? first).key;
  }

  get published(): PublishedKey[] {
    return this.keys.map(({ key }) => ({ ...key.jwk, kid: key.thumbprint, alg: 'ES256', use: 'sig' }));
  }

  /** For jose: the published key that the header's `kid` names. */
  readonly verificationKey: JWTVerifyGetKey = (header, token) => this.localKeys(header, token);

  private async files(): Promise<string[]> {
    return (await readdir(this.directory)).filter((name) => /^\d{4}\.jwk$/.test(name)).sort();
  }

  private async read(file: string): Promise<RingKey> {
    const key = await SigningKey.load(file);
    return { file, key, madeAt: (await stat(file)).mtimeMs };
  }

  /** A key signs until its successor does; what it signed last then still lives for a while. */
  private isRetired(successor: RingKey | undefined): boolean {
    if (!successor) return false;
    const lastSigned = successor.madeAt + PUBLISH_AHEAD_MS;
    return lastSigned + LONGEST_LIFE_SECONDS * 1000 + RETIREMENT_SLACK_MS <= this.now();
  }
}
