import { generateKeyPair as generate } from 'node:crypto';
import { promisify } from 'node:util';
import sshpk from 'sshpk';
import { InvalidInput } from '@ocx/service-kit/errors';

const generateKeyPair = promisify(generate);

export interface Keypair {
  readonly userId: string;
  readonly name: string;
  readonly number: number;
  readonly type: 'ssh';
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly createdAt: Date;
}

/** MD5 over the key's blob in colon-separated hex: the fingerprint form of Nova's API. */
export function fingerprintOf(key: sshpk.Key): string {
  return key.fingerprint('md5').toString('hex');
}

/**
 * Reads one OpenSSH public key line and returns it in canonical form. More than one line is refused, so that a key
 * cannot smuggle `authorized_keys` options or a second key into a server.
 */
export function parsePublicKey(text: string): { publicKey: string; fingerprint: string } {
  const line = text.trim();
  if (line.length > 16_384 || /[\r\n\0]/.test(line))
    throw new InvalidInput('Keypair data is invalid: one line is expected.');
  if (!/^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/=]+( |$)/.test(line)) {
    throw new InvalidInput('Keypair data is invalid: failed to generate fingerprint.');
  }
  try {
    const key = sshpk.parseKey(line, 'ssh');
    return { publicKey: line, fingerprint: fingerprintOf(key) };
  } catch {
    throw new InvalidInput('Keypair data is invalid: failed to generate fingerprint.');
  }
}

/** A new RSA pair as Nova makes one; the private half is returned once and kept nowhere. */
export async function createKeys(
  comment: string,
): Promise<{ privateKey: string; publicKey: string; fingerprint: string }> {
  const pair = await generateKeyPair('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const key = sshpk.parseKey(pair.publicKey, 'pem');
  key.comment = comment;
  return { privateKey: pair.privateKey, publicKey: key.toString('ssh'), fingerprint: fingerprintOf(key) };
}
