import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import { PublicJwk } from '@ocx/openstack-api/exchange/documents';

/** A party's ES256 key: what it signs documents, DPoP proofs and client assertions with. */
export class SigningKey {
  private constructor(
    readonly privateKey: CryptoKey,
    readonly jwk: PublicJwk,
    /** RFC 7638 thumbprint; the `kid` of everything this key signs. */
    readonly thumbprint: string,
  ) {}

  /**
   * Reads the key from `file`, or makes one there with mode 0600. Two processes that start together end up with
   * one key.
   */
  static async load(file: string): Promise<SigningKey> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const existing = await readFile(file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (existing !== undefined) {
      await chmod(file, 0o600);
      return SigningKey.fromJwk(JSON.parse(existing) as JWK);
    }
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(privateKey);
    // Written aside and linked into place: the file is never seen empty, and the first of two processes wins.
    const draft = `${file}.${randomUUID()}`;
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(jwk));
      await handle.sync();
    } finally {
      await handle.close();
    }
    const taken = await link(draft, file).then(
      () => false,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return true;
        throw error;
      },
    );
    await unlink(draft);
    if (taken) return SigningKey.load(file);
    return SigningKey.fromJwk(jwk);
  }

  static async generate(): Promise<SigningKey> {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    return SigningKey.fromJwk(await exportJWK(privateKey));
  }

  static async fromJwk(jwk: JWK): Promise<SigningKey> {
    const privateKey = (await importJWK({ ...jwk, alg: 'ES256' }, 'ES256')) as CryptoKey;
    const publicJwk = PublicJwk.parse(jwk);
    return new SigningKey(privateKey, publicJwk, await calculateJwkThumbprint(publicJwk));
  }

  /** Signs `payload` as a compact JWS with `alg` ES256, this key's thumbprint as `kid`, and the given `typ`. */
  sign(typ: string, payload: object): Promise<string> {
    return new SignJWT({ ...payload })
      .setProtectedHeader({ alg: 'ES256', kid: this.thumbprint, typ })
      .sign(this.privateKey);
  }
}
