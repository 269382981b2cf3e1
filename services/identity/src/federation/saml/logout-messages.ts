import { createVerify } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import {
  ASSERTION_NS,
  childrenOf,
  parseXml,
  PROTOCOL_NS,
  STRONG_SIGNATURES,
  textOf,
} from '../identity-providers/saml-xml.js';
import { SamlRefused } from './response-checks.js';

const MAX_BYTES = 64 * 1024;
const SKEW_MS = 30_000;
const MAX_AGE_MS = 5 * 60_000;
const ALGORITHM = /#rsa-(sha(?:256|384|512))$/;

/** A message that a browser brings in its address (SAML 2.0 bindings, section 3.4), not yet believed. */
export interface RedirectMessage {
  readonly kind: 'LogoutRequest' | 'LogoutResponse';
  readonly issuer: string;
  readonly id: string;
  readonly inResponseTo: string;
  readonly destination: string;
  readonly issuedAt: number;
  /** NaN: none was given. */
  readonly notOnOrAfter: number;
  readonly nameId: string;
  readonly sessionIndexes: readonly string[];
  readonly relayState: string | undefined;
  readonly signed: { readonly content: string; readonly algorithm: string; readonly signature: string };
}

/** The parameters as they stand in the address: the signature is over their encoded form. Each may stand there once. */
function rawParameters(query: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [name = ''] = pair.split('=', 1);
    if (found.has(name)) throw new SamlRefused('a parameter stands there twice');
    found.set(name, pair.slice(name.length + 1));
  }
  return found;
}

function decoded(value: string | undefined): string {
  try {
    return decodeURIComponent((value ?? '').replaceAll('+', ' '));
  } catch (error) {
    throw new SamlRefused('a parameter is malformed', error);
  }
}

function inflated(message: string): string {
  try {
    const bytes = inflateRawSync(Buffer.from(message, 'base64'), { maxOutputLength: MAX_BYTES });
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new SamlRefused('the message is not deflated XML', error);
  }
}

/** Reads the query of an address, without believing it. Throws {@link SamlRefused}. */
export function readRedirect(query: string): RedirectMessage {
  const raw = rawParameters(query);
  const type = raw.has('SAMLRequest') ? 'SAMLRequest' : 'SAMLResponse';
  if (raw.has('SAMLRequest') === raw.has('SAMLResponse')) throw new SamlRefused('not exactly one message');
  const signedNames = [type, 'RelayState', 'SigAlg'].filter((name) => raw.has(name));
  let root: Element;
  try {
    root = parseXml(inflated(decoded(raw.get(type)))).documentElement;
  } catch (error) {
    throw error instanceof SamlRefused ? error : new SamlRefused('malformed XML or DOCTYPE', error);
  }
  const kind = type === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse';
  if (root.namespaceURI !== PROTOCOL_NS || root.localName !== kind) throw new SamlRefused(`no ${kind}`);
  const attribute = (name: string) => root.getAttribute(name) ?? '';
  return {
    kind,
    issuer: textOf(childrenOf(root, ASSERTION_NS, 'Issuer')[0]),
    id: attribute('ID'),
    inResponseTo: attribute('InResponseTo'),
    destination: attribute('Destination'),
    issuedAt: Date.parse(attribute('IssueInstant')),
    notOnOrAfter: Date.parse(attribute('NotOnOrAfter')),
    nameId: textOf(childrenOf(root, ASSERTION_NS, 'NameID')[0]),
    sessionIndexes: childrenOf(root, PROTOCOL_NS, 'SessionIndex').map(textOf),
    relayState: raw.has('RelayState') ? decoded(raw.get('RelayState')) : undefined,
    signed: {
      content: signedNames.map((name) => `${name}=${raw.get(name) ?? ''}`).join('&'),
      algorithm: decoded(raw.get('SigAlg')),
      signature: decoded(raw.get('Signature')),
    },
  };
}

/** Believes a message that one of the certificates signed, for this address and just now. Throws {@link SamlRefused}. */
export function checkRedirect(
  message: RedirectMessage,
  expected: { readonly certificates: readonly string[]; readonly url: string; readonly now: Date },
): void {
  const { content, algorithm, signature } = message.signed;
  const digest = STRONG_SIGNATURES.has(algorithm) ? ALGORITHM.exec(algorithm)?.[1] : undefined;
  if (digest === undefined) throw new SamlRefused('unsigned, or a weak signature algorithm');
  const isSigned = expected.certificates.some((certificate) =>
    createVerify(digest).update(content).verify(certificate, signature, 'base64'),
  );
  if (!isSigned) throw new SamlRefused('wrong signature');
  if (message.destination !== expected.url) throw new SamlRefused('wrong Destination');
  if (message.id === '' || message.id.length > 255) throw new SamlRefused('no ID');
  const now = expected.now.getTime();
  const isFresh = message.issuedAt <= now + SKEW_MS && message.issuedAt >= now - MAX_AGE_MS;
  if (!isFresh || message.notOnOrAfter + SKEW_MS <= now) throw new SamlRefused('the message is not of now');
}
