import { InvalidInput } from '@ocx/service-kit/errors';
import { DOMParser } from '@xmldom/xmldom';

export const PROTOCOL_NS = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const ASSERTION_NS = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const METADATA_NS = 'urn:oasis:names:tc:SAML:2.0:metadata';
export const SIGNATURE_NS = 'http://www.w3.org/2000/09/xmldsig#';

export const STRONG_SIGNATURES = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
]);
export const STRONG_DIGESTS = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512',
]);

/**
 * Parses XML that another party wrote. A DOCTYPE is refused before any parser sees it: entities are how XML becomes a
 * bomb, or another document. Throws {@link InvalidInput}.
 */
export function parseXml(text: string): Document {
  if (/<!\s*(?:DOCTYPE|ENTITY)/i.test(text)) throw new InvalidInput('The XML carries a DOCTYPE.');
  const fail = (): never => {
    throw new InvalidInput('The XML is malformed.');
  };
  const parser = new DOMParser({ errorHandler: { warning: () => undefined, error: fail, fatalError: fail } });
  const document = parser.parseFromString(text, 'text/xml') as Document | undefined;
  if (!document?.documentElement) return fail();
  return document;
}

export function childrenOf(parent: Element, namespace: string, name: string): Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    const element = node as Element;
    if (node.nodeType === 1 && element.namespaceURI === namespace && element.localName === name) found.push(element);
  }
  return found;
}

export const textOf = (element: Element | undefined): string => (element?.textContent ?? '').trim();

export const descendantsOf = (root: Document | Element, namespace: string, name: string): Element[] =>
  Array.from({ length: root.getElementsByTagNameNS(namespace, name).length }, (_, index) =>
    root.getElementsByTagNameNS(namespace, name).item(index),
  ).filter((element): element is Element => element !== null);
