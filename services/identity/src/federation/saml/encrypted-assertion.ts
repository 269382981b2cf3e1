import { XMLSerializer } from '@xmldom/xmldom';
import { promisify } from 'node:util';
import { ASSERTION_NS, descendantsOf } from '../identity-providers/saml-xml.js';
import { parsed, requireThat, SamlRefused } from './response-checks.js';

/** How identity's metadata ask for assertions to be encrypted, and how it takes them; nothing unauthenticated. */
export const CONTENT_CIPHERS = [
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
] as const;
export const KEY_CIPHER = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p';

const XML_ENCRYPTION = 'http://www.w3.org/2001/04/xmlenc#';

export interface OpenedAssertion {
  readonly xml: string;
  /** The PEM key that opened it. */
  readonly privateKey: string;
}

/** The only element of that name, whatever its namespace: the library does not look at that either. */
function only(parent: Element, name: string): Element {
  const [element, ...others] = descendantsOf(parent, '*', name);
  requireThat(element !== undefined && others.length === 0, `not exactly one ${name} in the encrypted assertion`);
  requireThat(element.namespaceURI === XML_ENCRYPTION, `a foreign ${name} in the encrypted assertion`);
  return element;
}

function algorithmOf(element: Element): string {
  const methods = descendantsOf(element, '*', 'EncryptionMethod').filter(({ parentNode }) => parentNode === element);
  requireThat(methods.length === 1, 'not exactly one EncryptionMethod');
  return methods[0]?.getAttribute('Algorithm') ?? '';
}

/** The library takes the first of what it finds, so there is but one; and it would take ciphers that can be turned around. */
function checkCiphers(sealed: Element): void {
  const [data, key] = [only(sealed, 'EncryptedData'), only(sealed, 'EncryptedKey')];
  requireThat(descendantsOf(sealed, '*', 'CipherValue').length === 2, 'not one value of the key and one of the data');
  requireThat(descendantsOf(sealed, '*', 'EncryptionMethod').length === 2, 'a third EncryptionMethod');
  requireThat((CONTENT_CIPHERS as readonly string[]).includes(algorithmOf(data)), 'weak encryption of the assertion');
  requireThat(algorithmOf(key) === KEY_CIPHER, 'weak encryption of the key');
}

/**
 * The assertion of an answer that has it encrypted, opened with one of the keys; undefined for an answer without such a
 * one. It counts for nothing before its signature was checked, and the answer's. Throws {@link SamlRefused}.
 */
export async function openAssertion(response: string, keys: readonly string[]): Promise<OpenedAssertion | undefined> {
  const [sealed, ...others] = descendantsOf(parsed(response), ASSERTION_NS, 'EncryptedAssertion');
  if (!sealed) return undefined;
  requireThat(others.length === 0, 'more than one encrypted assertion');
  checkCiphers(sealed);
  // Who federates with nobody that encrypts does without the library.
  const { decrypt } = await import('xml-encryption');
  const open = promisify(decrypt);
  const xml = new XMLSerializer().serializeToString(sealed);
  for (const privateKey of keys) {
    try {
      const opened = await open(xml, { key: privateKey, disallowDecryptionWithInsecureAlgorithm: true });
      return { xml: opened, privateKey };
    } catch {
      // It was encrypted for another of the keys, or for nobody here.
      continue;
    }
  }
  throw new SamlRefused('the assertion was not encrypted for identity');
}
