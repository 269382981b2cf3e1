import { createHash, generateKeyPairSync } from 'node:crypto';
import sshpk from 'sshpk';
import { InvalidInput } from '@ocx/service-kit/errors';

const TYPES = ['rsa', 'dsa', 'ecdsa', 'ed25519'];
const MIN_RSA_BITS = 1024;

export interface Keypair {
  readonly name: string;
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly userId: string;
  readonly createdAt: Date;
}

/** Nova's fingerprint: MD5 of the key's blob, as colon-separated hex. */
function md5Fingerprint(blob: Buffer): string {
  return (createHash('md5').update(blob).digest('hex').match(/../g) ?? []).join(':');
}

/** Checks an SSH public key line. Its comment and options are the owner's; a second line would be a second key. */
export function importPublicKey(line: string): { publicKey: string; fingerprint: string } {
  const publicKey = line.trim();
  if (/[\r\n\0]/.test(publicKey)) throw new InvalidInput('Keypair data is invalid: it must be one line.');
  try {
    const key = sshpk.parseKey(publicKey, 'ssh');
    if (!TYPES.includes(key.type)) throw new Error(`unknown type ${key.type}`);
    if (key.type === 'rsa' && key.size < MIN_RSA_BITS) throw new Error('too short');
    return { publicKey, fingerprint: md5Fingerprint(key.toBuffer('rfc4253')) };
  } catch (error) {
    throw new InvalidInput('Keypair data is invalid: failed to generate fingerprint', { cause: error });
  }
}

/** A new Ed25519 pair. The private half is given out once and never kept. */
export function generateKeypair(comment: string): { publicKey: string; fingerprint: string; privateKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = sshpk.parsePrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'pem');
  key.comment = comment;
  const { publicKey, fingerprint } = importPublicKey(key.toPublic().toString('ssh'));
  return { publicKey, fingerprint, privateKey: key.toString('openssh') };
}
