import type { PublicJwk } from '@ocx/openstack-api/exchange/documents';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** A published key signs only after verifiers had this long to fetch it. */
export const PUBLISH_AHEAD_MS = 15 * 60 * 1000;

interface RingKey {
  readonly key: SigningKey;
  readonly madeAt: number;
}

/**
 * Identity's signing keys: one file each, mode 0600, named by number. All are published; the newest that has been
 * published long enough signs. Adding a file rotates without downtime; a key is taken away once nothing it signed lives.
 */
export class KeyRing {
  private keys: RingKey[] = [];

  private constructor(private readonly directory: string) {}

  static async open(dataDirectory: string): Promise<KeyRing> {
    const ring = new KeyRing(path.join(dataDirectory, 'signing-keys'));
    await ring.reload();
    return ring;
  }

  /** Reads the directory again; makes the first key where there is none. */
  async reload(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const files = (await readdir(this.directory)).filter((name) => /^\d{4}\.jwk$/.test(name)).sort();
    if (files.length === 0) files.push('0001.jwk');
    this.keys = await Promise.all(
      files.map(async (name) => {
        const file = path.join(this.directory, name);
        const key = await SigningKey.load(file);
        return { key, madeAt: (await stat(file)).mtimeMs };
      }),
    );
  }

  /** Makes the next key. It is published at the next reload and signs {@link PUBLISH_AHEAD_MS} later. */
  async rotate(): Promise<string> {
    const files = (await readdir(this.directory)).filter((name) => /^\d{4}\.jwk$/.test(name)).sort();
    const next = Number(files.at(-1)?.slice(0, 4) ?? 0) + 1;
    const key = await SigningKey.load(path.join(this.directory, `${String(next).padStart(4, '0')}.jwk`));
    await this.reload();
    return key.thumbprint;
  }

  get current(): SigningKey {
    const [first] = this.keys;
    if (!first) throw new Error('The key ring has no key.');
    const due = Date.now() - PUBLISH_AHEAD_MS;
    return (this.keys.findLast((candidate) => candidate.madeAt <= due) ?? first).key;
  }

  get published(): (PublicJwk & { kid: string; alg: 'ES256'; use: 'sig' })[] {
    return this.keys.map(({ key }) => ({ ...key.jwk, kid: key.thumbprint, alg: 'ES256', use: 'sig' }));
  }

  /** For jose: the published key that the header's `kid` names. */
  readonly verificationKey: JWTVerifyGetKey = (header, token) =>
    createLocalJWKSet({ keys: this.published })(header, token);
}
