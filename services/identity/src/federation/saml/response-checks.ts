import { Unauthenticated } from '@ocx/service-kit/errors';
import type { SamlMetadata } from '../identity-providers/identity-provider.js';
import {
  ASSERTION_NS,
  childrenOf,
  descendantsOf,
  parseXml,
  PROTOCOL_NS,
  SIGNATURE_NS,
  STRONG_DIGESTS,
  STRONG_SIGNATURES,
  textOf,
} from '../identity-providers/saml-xml.js';

/** What an answer must have been made for. */
export interface ExpectedResponse {
  readonly provider: SamlMetadata;
  /** The assertion consumer service that the answer came to. */
  readonly acsUrl: string;
  readonly now: Date;
  /** What the answer's encrypted assertion holds, if it has one. */
  readonly opened?: string | undefined;
}

/** What counts of an answer once its signatures hold as well. */
export interface CheckedResponse {
  readonly inResponseTo: string;
  readonly assertionId: string;
  /** Until when the assertion could be presented again. */
  readonly expiresAt: Date;
}

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const SKEW_MS = 30_000;
const MAX_LIFE_MS = 24 * 3600 * 1000;

/** The login failed; the reason is for the log and the audit trail, the browser learns only that it was refused. */
export class SamlRefused extends Unauthenticated {
  constructor(
    readonly why: string,
    cause?: unknown,
  ) {
    super('The login was refused.', { reason: why, cause });
  }
}

export function requireThat(condition: boolean, why: string): asserts condition {
  if (!condition) throw new SamlRefused(why);
}

/** The XML of a `SAMLResponse` form field. */
export function decodeResponse(field: string): string {
  requireThat(/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(field), 'not base64');
  const bytes = Buffer.from(field, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new SamlRefused('not UTF-8', error);
  }
}

function only(elements: readonly Element[], what: string): Element {
  requireThat(elements.length === 1 && elements[0] !== undefined, `not exactly one ${what}`);
  return elements[0];
}

function checkAlgorithms(document: Document): void {
  const methods = descendantsOf(document, SIGNATURE_NS, 'SignatureMethod');
  // The padding of an encrypted key names a digest too, which is no signature's.
  const digests = descendantsOf(document, SIGNATURE_NS, 'DigestMethod').filter(
    ({ parentNode }) => (parentNode as Element | null)?.localName === 'Reference',
  );
  requireThat(methods.length > 0 && digests.length > 0, 'no signature');
  const algorithm = (element: Element) => element.getAttribute('Algorithm') ?? '';
  requireThat(
    methods.every((method) => STRONG_SIGNATURES.has(algorithm(method))),
    'weak signature algorithm',
  );
  requireThat(
    digests.every((digest) => STRONG_DIGESTS.has(algorithm(digest))),
    'weak digest algorithm',
  );
}

/** A bearer confirmation for us, for this login, still in time: its expiry. */
function confirmationExpiry(assertion: Element, inResponseTo: string, expected: ExpectedResponse): number {
  const subject = only(childrenOf(assertion, ASSERTION_NS, 'Subject'), 'Subject');
  const now = expected.now.getTime();
  for (const confirmation of childrenOf(subject, ASSERTION_NS, 'SubjectConfirmation')) {
    if (confirmation.getAttribute('Method') !== BEARER) continue;
    const [data] = childrenOf(confirmation, ASSERTION_NS, 'SubjectConfirmationData');
    const end = Date.parse(data?.getAttribute('NotOnOrAfter') ?? '');
    if (!data || Number.isNaN(end) || end + SKEW_MS <= now || end > now + MAX_LIFE_MS) continue;
    const start = Date.parse(data.getAttribute('NotBefore') ?? '');
    if (!Number.isNaN(start) && start - SKEW_MS > now) continue;
    if (data.getAttribute('Recipient') !== expected.acsUrl) continue;
    if (data.getAttribute('InResponseTo') !== inResponseTo) continue;
    return end;
  }
  throw new SamlRefused('no valid bearer confirmation');
}

/** Throws {@link SamlRefused}. */
export function parsed(xml: string): Document {
  try {
    return parseXml(xml);
  } catch (error) {
    throw new SamlRefused('malformed XML or DOCTYPE', error);
  }
}

/** The one assertion, as it stands in the answer, or as it was encrypted there. */
function assertionOf(document: Document, opened: string | undefined): Element {
  const count = (from: Document | Element, name: string) => descendantsOf(from, ASSERTION_NS, name).length;
  const response = document.documentElement;
  if (opened === undefined) {
    requireThat(count(document, 'EncryptedAssertion') === 0, 'encrypted assertion');
    requireThat(count(document, 'Assertion') === 1, 'not exactly one assertion');
    return only(childrenOf(response, ASSERTION_NS, 'Assertion'), 'assertion');
  }
  requireThat(count(document, 'Assertion') === 0, 'an assertion beside the encrypted one');
  only(childrenOf(response, ASSERTION_NS, 'EncryptedAssertion'), 'encrypted assertion');
  const inside = parsed(opened);
  const assertion = inside.documentElement;
  checkAlgorithms(inside);
  requireThat(assertion.namespaceURI === ASSERTION_NS && assertion.localName === 'Assertion', 'no assertion encrypted');
  requireThat(count(inside, 'Assertion') === 1, 'not exactly one assertion');
  return assertion;
}

/**
 * Everything of a SAML answer that the library leaves unchecked (DOCTYPE, algorithms, Issuer, Destination, Recipient,
 * SubjectConfirmation, InResponseTo). It reads the whole document, so it counts only together with the library's check
 * that both the Response and its one Assertion are signed. Throws {@link SamlRefused}.
 */
export function checkResponse(xml: string, expected: ExpectedResponse): CheckedResponse {
  const document = parsed(xml);
  const response = document.documentElement;
  requireThat(response.namespaceURI === PROTOCOL_NS && response.localName === 'Response', 'no Response');
  checkAlgorithms(document);
  const assertion = assertionOf(document, expected.opened);
  const isOpen = ['EncryptedID', 'EncryptedAttribute'].every(
    (name) => descendantsOf(assertion, ASSERTION_NS, name).length === 0,
  );
  requireThat(isOpen, 'an encrypted name or attribute');
  const issuers = [response, assertion].map((element) => textOf(childrenOf(element, ASSERTION_NS, 'Issuer')[0]));
  requireThat(
    issuers.every((issuer) => issuer === expected.provider.entityId),
    'wrong Issuer',
  );
  requireThat(response.getAttribute('Destination') === expected.acsUrl, 'wrong Destination');
  const status = childrenOf(response, PROTOCOL_NS, 'Status').flatMap((one) =>
    childrenOf(one, PROTOCOL_NS, 'StatusCode'),
  );
  requireThat(status[0]?.getAttribute('Value') === SUCCESS, 'no success');
  const inResponseTo = response.getAttribute('InResponseTo') ?? '';
  requireThat(inResponseTo !== '', 'no InResponseTo');
  const assertionId = assertion.getAttribute('ID') ?? '';
  requireThat(assertionId !== '' && assertionId.length <= 255, 'no assertion ID');
  requireThat(childrenOf(assertion, ASSERTION_NS, 'AuthnStatement').length > 0, 'no AuthnStatement');
  requireThat(childrenOf(assertion, ASSERTION_NS, 'Conditions').length === 1, 'no Conditions');
  const end = confirmationExpiry(assertion, inResponseTo, expected);
  return { inResponseTo, assertionId, expiresAt: new Date(end + SKEW_MS) };
}
