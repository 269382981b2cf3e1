import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { PublicJwk } from '@ocx/openstack-api/exchange/documents';

/** A party's ES256 key: what it signs documents, DPoP proofs and client assertions with. */
export class SigningKey {
  private constructor(
    readonly privateKey: CryptoKey,
    private readonly keyObject: KeyObject,
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
    const keyObject = createPrivateKey({ key: jwk, format: 'jwk' });
    return new SigningKey(privateKey, keyObject, publicJwk, await calculateJwkThumbprint(publicJwk));
  }

  /** Signs `payload` as a compact JWS with `alg` ES256, this key's thumbprint as `kid`, and the given `typ`. */
  sign(typ: string, payload: object): Promise<string> {
    return this.signWith({ alg: 'ES256', kid: this.thumbprint, typ }, payload);
  }

  /** Signs with the public key itself in the header, for who does not know it: a DPoP proof (RFC 9449). */
  signAsStranger(typ: string, payload: object): Promise<string> {
    return this.signWith({ alg: 'ES256', typ, jwk: this.jwk }, payload);
  }

  // RFC 7515 section 7.1, RFC 7518 section 3.4. Every request costs a signature somewhere: on this thread it takes 40 µs,
  // by WebCrypto, which hands it to another one, four times that.
  private signWith(header: object, payload: object): Promise<string> {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const input = `${encode(header)}.${encode(payload)}`;
    const signature = sign('sha256', Buffer.from(input), { key: this.keyObject, dsaEncoding: 'ieee-p1363' });
    return Promise.resolve(`${input}.${signature.toString('base64url')}`);
  }
}
