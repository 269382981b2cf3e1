import 'reflect-metadata';
import { createPublicKey } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encrypt, type EncryptionAlgorithm, type KeyEncryptionAlgorithm } from 'xml-encryption';
import { HomeOrganisation } from './home-organisation.js';
import { type Answer, IdentityProcess } from './identity-process.js';
import { type AnswerOptions, certificateOf, encryptedResponse, UNIVERSITY } from './university.js';

const GCM = 'http://www.w3.org/2009/xmlenc11#aes256-gcm';
const CBC = 'http://www.w3.org/2001/04/xmlenc#aes256-cbc';
const OAEP = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p';
const RSA_15 = 'http://www.w3.org/2001/04/xmlenc#rsa-1_5';

interface Sealing {
  readonly content?: EncryptionAlgorithm;
  readonly key?: KeyEncryptionAlgorithm;
  readonly certificate?: string;
  /** Changes what was encrypted, before the answer is signed. */
  readonly tamper?: (sealed: string) => string;
  /** Changes what is encrypted, after it was signed. */
  readonly forge?: (assertion: string) => string;
}

let identity: IdentityProcess;
let home: HomeOrganisation;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
  home = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
});
afterAll(() => identity.stop());

const published = async (): Promise<string> => (await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata')).text;
/** What identity's metadata ask others to encrypt for. */
async function certificateOfIdentity(): Promise<string> {
  const descriptor = /<KeyDescriptor use="encryption">.*?<\/KeyDescriptor>/s.exec(await published())?.[0] ?? '';
  const base64 = /X509Certificate>([^<]+)</.exec(descriptor)?.[1] ?? '';
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/\s/g, '')}\n-----END CERTIFICATE-----`;
}

async function login(sealing: Sealing = {}, wrong: Partial<AnswerOptions> = {}): Promise<Answer> {
  const { content = GCM, key = OAEP, tamper, forge } = sealing;
  const pem = sealing.certificate ?? (await certificateOfIdentity());
  const rsa_pub = createPublicKey(pem).export({ type: 'spki', format: 'pem' });
  const { id, acsUrl, audience, cookie } = await home.begin();
  const options = { by: UNIVERSITY, inResponseTo: id, acsUrl, audience, ...wrong };
  const response = await encryptedResponse(options, async (assertion) => {
    const settings = { rsa_pub, pem, encryptionAlgorithm: content, keyEncryptionAlgorithm: key };
    const sealed = await promisify(encrypt)(forge ? forge(assertion) : assertion, settings);
    return tamper ? tamper(sealed) : sealed;
  });
  return home.finish(response, cookie);
}

function refused({ status, body }: Answer): void {
  expect([status, body.error.message]).toEqual([401, 'The login was refused.']);
}

describe('an encrypted assertion', () => {
  it.each([GCM, 'http://www.w3.org/2009/xmlenc11#aes128-gcm'] as const)('is read, by %s', async (content) => {
    const answer = await login({ content });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body.token.user).toMatchObject({ name: 'ada', domain: { id: home.domainId } });
  });

  it('is asked for as it is taken', async () => {
    const descriptor = /<KeyDescriptor use="encryption">.*?<\/KeyDescriptor>/s.exec(await published())?.[0] ?? '';
    const named = [...descriptor.matchAll(/EncryptionMethod Algorithm="([^"]+)"/g)].map(([, algorithm]) => algorithm);
    expect(named).toEqual([GCM, 'http://www.w3.org/2009/xmlenc11#aes128-gcm', OAEP]);
  });

  const twice = (name: string) => (xml: string) =>
    xml.replace(new RegExp(`(<[\\w:]*${name}[ >].*?</[\\w:]*${name}>)`, 's'), '$1$1');
  const wrongs: [string, Sealing, Partial<AnswerOptions>][] = [
    ['in a mode that can be turned around', { content: CBC }, {}],
    ['with a key in the padding that tells', { key: RSA_15 }, {}],
    ['for somebody else', { certificate: certificateOf('impostor') }, {}],
    ['with another value', { tamper: (xml) => xml.replace(/(CipherValue>)..../g, '$1AAAA') }, {}],
    ['cut short', { tamper: (xml) => xml.replace(/(CipherValue>)[^<]+(<[^>]+>)(?!.*CipherValue)/s, '$1AAAA$2') }, {}],
    ['with two keys', { tamper: twice('EncryptedKey') }, {}],
    ['with two data', { tamper: twice('EncryptedData') }, {}],
    ['beside another', { tamper: (xml) => `${xml}</saml:EncryptedAssertion><saml:EncryptedAssertion>${xml}` }, {}],
    ['that nobody signed', {}, { signAssertion: false }],
    ['in an answer that nobody signed', {}, { signResponse: false }],
    ['signed by a foreign key', {}, { signer: 'impostor' }],
    ['signed with rsa-sha1', {}, { sha1: true }],
    ['that was changed after it was signed', { forge: (xml) => xml.replaceAll('>ada<', '>eve<') }, {}],
    ['with a DOCTYPE', { forge: (xml) => `<!DOCTYPE Assertion [<!ENTITY x "y">]>${xml}` }, {}],
    ['that is none', { forge: () => '<other/>' }, {}],
    ['that is no XML', { forge: () => 'text' }, {}],
    ['for another Recipient', {}, { recipient: 'http://elsewhere.test/acs' }],
    ['for another audience', {}, { audience: 'http://elsewhere.test/metadata' }],
    ['by another Issuer', {}, { issuer: 'http://elsewhere.test/saml' }],
    ['for another login', {}, { confirmationInResponseTo: '_other' }],
    ['that has expired', {}, { confirmationSeconds: -120 }],
  ];
  it.each(wrongs)('%s is refused', async (_, sealing, wrong) => {
    refused(await login(sealing, wrong));
  });

  it('within another is refused, and a name that is encrypted alone', async () => {
    const forge = (xml: string) =>
      xml.replace(/<saml:NameID.*<\/saml:NameID>/s, '<saml:EncryptedID>x</saml:EncryptedID>');
    refused(await login({ forge }));
  });

  it('is good once', async () => {
    const pem = await certificateOfIdentity();
    const rsa_pub = createPublicKey(pem).export({ type: 'spki', format: 'pem' });
    const begun = await home.begin();
    const options = { by: UNIVERSITY, inResponseTo: begun.id, acsUrl: begun.acsUrl, audience: begun.audience };
    const seal = (text: string) =>
      promisify(encrypt)(text, { rsa_pub, pem, encryptionAlgorithm: GCM, keyEncryptionAlgorithm: OAEP });
    const response = await encryptedResponse(options, seal);
    expect((await home.finish(response, begun.cookie)).status).toBe(201);
    refused(await home.post(response));
  });
});

describe('the key that others encrypt for', () => {
  const RSA = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  };

  async function anotherKey(): Promise<string> {
    const keys = await crypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: 'CN=next',
      keys,
      signingAlgorithm: RSA,
    });
    const pkcs8 = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
    return `${pkcs8}\n${certificate.toString('pem')}\n`;
  }

  it('is the last one, while all of them open', async () => {
    const directory = path.join(identity.installation.directory, 'data', 'saml-keys');
    const before = await certificateOfIdentity();
    expect(await readdir(directory)).toEqual(['0001.pem']);
    await writeFile(path.join(directory, '0002.pem'), await anotherKey(), { mode: 0o600 });
    const after = await certificateOfIdentity();
    expect(after).not.toBe(before);
    expect((await readFile(path.join(directory, '0002.pem'), 'utf8')).replace(/\s/g, '')).toContain(
      after.split('\n')[1],
    );
    expect((await login({ certificate: before })).status).toBe(201);
    expect((await login({ certificate: after })).status).toBe(201);
    const aside = path.join(identity.installation.directory, '0001.pem');
    await rename(path.join(directory, '0001.pem'), aside);
    expect((await login({ certificate: after })).status).toBe(201);
    refused(await login({ certificate: before }));
    await rm(aside);
  });
});
