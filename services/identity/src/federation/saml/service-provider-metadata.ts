import { createHash } from 'node:crypto';
import { NotFound } from '@ocx/service-kit/errors';
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';
import { descendantsOf, METADATA_NS, parseXml } from '../identity-providers/saml-xml.js';
import { CONTENT_CIPHERS, KEY_CIPHER } from './encrypted-assertion.js';
import { PAOS_BINDING } from './ecp-messages.js';
import { identityProviderRole } from './identity-provider-role.js';
import { acsUrlOf, ecpUrlOf, entityIdOf, logoutUrlOf } from './saml-options.js';
import type { ServiceProviderKey } from './service-provider-keys.js';

const REDIRECT_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

function only(document: Document, name: string): Element {
  const [element, ...others] = descendantsOf(document, METADATA_NS, name);
  if (!element || others.length > 0) throw new Error(`The library wrote metadata without one ${name}.`);
  return element;
}

/** The library names ciphers that identity does not take, and not how keys are encrypted. */
function askForEncryption(document: Document): void {
  const named = descendantsOf(document, METADATA_NS, 'EncryptionMethod');
  const [first] = named;
  const parent = first?.parentNode;
  if (!first || !parent) throw new Error('The library wrote metadata without encryption.');
  for (const algorithm of [...CONTENT_CIPHERS, KEY_CIPHER]) {
    const method = first.cloneNode(false) as Element;
    method.setAttribute('Algorithm', algorithm);
    parent.appendChild(method);
  }
  for (const method of named) parent.removeChild(method);
}

/** What identity's metadata tell of. */
export interface IdentityRoles {
  /** From which providers it takes assertions. */
  readonly idpIds: readonly string[];
  /** Whether it gives some to other clouds. */
  readonly vouches: boolean;
}

/** The same as long as it says the same, so that who fetches the metadata again sees whether anything is new. */
const idOf = (...said: readonly unknown[]): string =>
  `_${createHash('sha256').update(JSON.stringify(said)).digest('hex')}`;

function withoutRoles(base: string, id: string): Document {
  const document = new DOMImplementation().createDocument(METADATA_NS, 'EntityDescriptor', null);
  document.documentElement.setAttribute('entityID', entityIdOf(base));
  document.documentElement.setAttribute('ID', id);
  return document;
}

/** Identity's own metadata, under the one name that it has in either role. */
export async function identityMetadata(
  base: string,
  { idpIds, vouches }: IdentityRoles,
  keys: readonly ServiceProviderKey[],
): Promise<string> {
  if (idpIds.length === 0 && !vouches) throw new NotFound('Could not find any SAML identity or service provider.');
  const certificates = keys.map(({ certificate }) => certificate);
  const id = idOf(base, idpIds, certificates, vouches);
  const document = idpIds.length === 0 ? withoutRoles(base, id) : await serviceProviderRole(base, idpIds, keys, id);
  if (vouches) document.documentElement.appendChild(identityProviderRole(document, base, keys));
  return new XMLSerializer().serializeToString(document);
}

/**
 * As a service provider by the library, with assertion consumer services of each provider, for browsers and enhanced
 * clients: each answers at an address of its own, so that no provider's answer is ever read as another's.
 */
async function serviceProviderRole(
  base: string,
  idpIds: readonly string[],
  keys: readonly ServiceProviderKey[],
  id: string,
): Promise<Document> {
  const [first = '', ...others] = idpIds;
  const { generateServiceProviderMetadata } = await import('@node-saml/node-saml');
  const certificates = keys.map(({ certificate }) => certificate);
  const xml = generateServiceProviderMetadata({
    issuer: entityIdOf(base),
    callbackUrl: acsUrlOf(base, first),
    identifierFormat: null,
    wantAssertionsSigned: true,
    logoutCallbackUrl: logoutUrlOf(base),
    publicCerts: certificates,
    generateUniqueId: () => id,
    privateKey: keys[0]?.privateKey,
    decryptionPvk: keys.at(-1)?.privateKey,
    decryptionCert: certificates.at(-1) ?? null,
  });
  const document = parseXml(xml);
  // The library speaks of logouts by forms, and takes a key to mean that requests for logins are signed with it, too.
  only(document, 'SPSSODescriptor').setAttribute('AuthnRequestsSigned', 'false');
  only(document, 'SingleLogoutService').setAttribute('Binding', REDIRECT_BINDING);
  askForEncryption(document);
  const service = only(document, 'AssertionConsumerService');
  const add = (index: number, attributes: Record<string, string>) => {
    const another = service.cloneNode(true) as Element;
    another.setAttribute('index', String(index));
    another.removeAttribute('isDefault');
    for (const [name, value] of Object.entries(attributes)) another.setAttribute(name, value);
    service.parentNode?.appendChild(another);
  };
  others.forEach((idp, index) => {
    add(index + 2, { Location: acsUrlOf(base, idp) });
  });
  idpIds.forEach((idp, index) => {
    add(idpIds.length + index + 1, { Location: ecpUrlOf(base, idp), Binding: PAOS_BINDING });
  });
  return document;
}
