import { Injectable } from '@nestjs/common';
import { randomUUID, webcrypto } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { IdentitySettings } from '../../settings/identity.config.js';

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 3072,
};
const YEARS = 10;

export interface ServiceProviderKey {
  /** PEM. */
  readonly privateKey: string;
  readonly certificate: string;
}

const pemOf = (text: string, type: string): string =>
  new RegExp(`-----BEGIN ${type}-----[^-]+-----END ${type}-----`).exec(text)?.[0] ?? '';

async function newKey(name: string): Promise<string> {
  // Certificates are made once in a life: nobody else waits for the library.
  const { PemConverter, X509CertificateGenerator } = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  const now = new Date();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [name] }],
      keys,
      signingAlgorithm: RSA,
      notBefore: now,
      notAfter: new Date(now.getTime() + YEARS * 365.25 * 86_400_000),
    },
    webcrypto as Crypto,
  );
  const privateKey = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return `${privateKey}\n${certificate.toString('pem')}\n`;
}

/**
 * With what identity signs what it says to home organisations: files in `OCX_DATA_DIR/saml-keys`, mode 0600, each with a
 * key and its certificate. The first signs; all are published, so that the next is known before it is used. The last is
 * what others encrypt for, and all open what comes, so that the first can go once everybody knows of the last.
 */
@Injectable()
export class ServiceProviderKeys {
  private made: Promise<void> | undefined;

  constructor(private readonly settings: IdentitySettings) {}

  async signing(): Promise<ServiceProviderKey> {
    const [first] = await this.all();
    if (!first) throw new Error('There is no key for SAML messages.');
    return first;
  }

  /** What opens messages that were encrypted for any of them. */
  async private(): Promise<string[]> {
    return (await this.all()).map(({ privateKey }) => privateKey);
  }

  /** The first is the one that signs, the last the one that others encrypt for. */
  async all(): Promise<ServiceProviderKey[]> {
    this.made ??= this.makeFirst();
    await this.made;
    const names = (await readdir(this.directory)).filter((name) => name.endsWith('.pem')).sort();
    const files = await Promise.all(names.map((name) => readFile(path.join(this.directory, name), 'utf8')));
    return files.map((text) => ({ privateKey: pemOf(text, 'PRIVATE KEY'), certificate: pemOf(text, 'CERTIFICATE') }));
  }

  /** Of several replicas that start at once, one makes the key: a link appears whole, and only once. */
  private async makeFirst(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    if ((await readdir(this.directory)).some((name) => name.endsWith('.pem'))) return;
    const draft = path.join(this.directory, `.${randomUUID()}.new`);
    await writeFile(draft, await newKey(new URL(this.settings.publicUrl).hostname), { mode: 0o600 });
    try {
      await link(draft, path.join(this.directory, '0001.pem'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(draft);
    }
  }

  private get directory(): string {
    return path.join(this.settings.config.OCX_DATA_DIR, 'saml-keys');
  }
}
