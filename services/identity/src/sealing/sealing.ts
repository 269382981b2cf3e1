import { calculateJwkThumbprint, compactDecrypt, CompactEncrypt, exportJWK, generateSecret, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';

const NAME = /^\d{4}\.jwk$/;
const FIRST = '0001.jwk';

interface SealingKey {
  readonly kid: string;
  readonly bytes: Uint8Array;
}

const taken = (error: unknown): void => {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
};

/** Written aside and linked into place: the file is never seen empty, and the first of two processes wins. */
async function makeKey(file: string): Promise<void> {
  const jwk = await exportJWK(await generateSecret('A256GCM', { extractable: true }));
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(jwk));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(draft, file).catch(taken);
  await unlink(draft);
}

async function readKey(file: string): Promise<SealingKey> {
  await chmod(file, 0o600);
  const jwk = JSON.parse(await readFile(file, 'utf8')) as JWK;
  return { kid: await calculateJwkThumbprint(jwk), bytes: Buffer.from(jwk.k ?? '', 'base64url') };
}

/**
 * Keeps secrets unreadable in the database (JWE, AES-256-GCM). The keys are files of mode 0600 beside the signing keys;
 * the newest seals, all of them open.
 */
export class Sealing {
  private constructor(
    private readonly newest: SealingKey,
    private readonly keys: ReadonlyMap<string, SealingKey>,
  ) {}

  static async load(dataDirectory: string): Promise<Sealing> {
    const directory = path.join(dataDirectory, 'credential-keys');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const files = async () => (await readdir(directory)).filter((name) => NAME.test(name)).sort();
    if ((await files()).length === 0) await makeKey(path.join(directory, FIRST));
    const keys = await Promise.all((await files()).map((name) => readKey(path.join(directory, name))));
    const newest = keys.at(-1);
    if (!newest) throw new Error('There is no key for credentials.');
    return new Sealing(newest, new Map(keys.map((key) => [key.kid, key])));
  }

  /** `owner` is the row that the secret is of: it opens nowhere else. */
  seal(secret: string, owner: string): Promise<string> {
    return new CompactEncrypt(Buffer.from(secret))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: this.newest.kid, sub: owner })
      .encrypt(this.newest.bytes);
  }

  /** Throws when the key is gone, or the secret was altered or is of another row. */
  async open(sealed: string, owner: string): Promise<string> {
    const { plaintext, protectedHeader } = await compactDecrypt(
      sealed,
      ({ kid }) => {
        const key = this.keys.get(kid ?? '');
        if (!key) throw new Error('The key of a sealed secret is not there.');
        return key.bytes;
      },
      { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    );
    if (protectedHeader['sub'] !== owner) throw new Error('A sealed secret stands in a row that it is not of.');
    return Buffer.from(plaintext).toString('utf8');
  }
}
