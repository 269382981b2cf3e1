import { METADATA_NS, PROTOCOL_NS, SIGNATURE_NS } from '../identity-providers/saml-xml.js';
import type { ServiceProviderKey } from './service-provider-keys.js';

const URI_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:URI';
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

/** Where assertions for other clouds are got, with a token. */
const assertionUrlOf = (base: string): string => `${base}/auth/OS-FEDERATION/saml2`;

const base64Of = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s/g, '');

/** What other clouds, to which identity vouches for people, need to know of it: Keystone's `IDPSSODescriptor`. */
export function identityProviderRole(document: Document, base: string, keys: readonly ServiceProviderKey[]): Element {
  const make = (namespace: string, name: string, attributes: Record<string, string>, content: Element[] | string) => {
    const element = document.createElementNS(namespace, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    for (const node of typeof content === 'string' ? [document.createTextNode(content)] : content) {
      element.appendChild(node);
    }
    return element;
  };
  const keyDescriptors = keys.map(({ certificate }) => {
    const encoded = make(SIGNATURE_NS, 'ds:X509Certificate', {}, base64Of(certificate));
    const info = make(SIGNATURE_NS, 'ds:KeyInfo', {}, [make(SIGNATURE_NS, 'ds:X509Data', {}, [encoded])]);
    return make(METADATA_NS, 'KeyDescriptor', { use: 'signing' }, [info]);
  });
  return make(METADATA_NS, 'IDPSSODescriptor', { protocolSupportEnumeration: PROTOCOL_NS }, [
    ...keyDescriptors,
    make(METADATA_NS, 'NameIDFormat', {}, UNSPECIFIED),
    make(METADATA_NS, 'SingleSignOnService', { Binding: URI_BINDING, Location: assertionUrlOf(base) }, []),
  ]);
}
