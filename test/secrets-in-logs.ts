import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const USED = 'secrets-that-tests-used';

/** What no log holds whoever's it is: a signed token, assertion, grant or proof; a private key; a hash of a password; SAML. */
const FORMS: readonly (readonly [string, RegExp])[] = [
  ['a signed token', /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{16,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a private JWK', /"d"\s*:\s*"[\w-]{40,}/],
  ['a hash of a password', /\$(argon2(id|i|d)|2[aby])\$/],
  ['a SAML document', /<(saml|samlp|saml2|saml2p|soap11):|PHNhbWx|PD94bWwg/],
  [
    'a bearer in a header',
    /\b(authorization|x-auth-token|x-subject-token|dpop)"?\s*[:=]\s*"?(bearer |dpop )?[\w-]{20,}/i,
  ],
];

export interface Leak {
  readonly log: string;
  /** The secret's name, never the secret. */
  readonly secret: string;
}

/** Notes what a test used of an exchange, for the search at the end. */
export async function used(directory: string, name: string, secret: string): Promise<void> {
  await appendFile(join(directory, USED), `${JSON.stringify([name, secret])}\n`, { mode: 0o600 });
}

/** Every secret of an exchange: those it made, its parties' keys, and those that tests have used. */
export async function secretsOf(directory: string): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  for (const name of await readdir(join(directory, 'secrets'))) {
    secrets.set(`secrets/${name}`, (await readFile(join(directory, 'secrets', name), 'utf8')).trim());
  }
  for (const file of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || !/(\.jwk|landlord-key\.json)$/.test(file.name)) continue;
    const { d } = JSON.parse(await readFile(join(file.parentPath, file.name), 'utf8')) as { d?: string };
    if (d !== undefined) secrets.set(join(file.parentPath, file.name).slice(directory.length), d);
  }
  const noted = (await readFile(join(directory, USED), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  for (const [index, line] of noted.entries()) {
    const [name, secret] = JSON.parse(line) as [string, string];
    secrets.set(`${name} (${String(index + 1)})`, secret);
  }
  return secrets;
}

/** Where any of them stands in a log of the exchange, or anything that has the form of one. */
export async function leaks(directory: string, secrets: ReadonlyMap<string, string>): Promise<Leak[]> {
  const found: Leak[] = [];
  for (const log of await readdir(join(directory, 'logs'))) {
    const text = await readFile(join(directory, 'logs', log), 'utf8');
    for (const [secret, value] of secrets) {
      if (value.length >= 8 && text.includes(value)) found.push({ log, secret });
    }
    for (const [secret, form] of FORMS) if (form.test(text)) found.push({ log, secret });
  }
  return found;
}
