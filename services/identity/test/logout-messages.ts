import { createSign, createVerify, randomUUID, type X509Certificate } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { keyOf, type Organisation, type Signer } from './university.js';

const ALGORITHM = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';

export interface LogoutMessageOptions {
  readonly kind: 'LogoutRequest' | 'LogoutResponse';
  readonly by: Organisation;
  readonly destination: string;
  readonly id?: string;
  readonly inResponseTo?: string;
  readonly nameId?: string;
  readonly sessionIndexes?: readonly string[];
  readonly relayState?: string;
  readonly issuer?: string;
  readonly signer?: Signer;
  readonly sha1?: boolean;
  readonly unsigned?: boolean;
  readonly doctype?: boolean;
  readonly issueInstant?: string;
  readonly notOnOrAfter?: string;
  /** Changes the query after it was signed. */
  readonly tamper?: (query: string) => string;
}

function content(options: Partial<LogoutMessageOptions>): string {
  if (options.kind === 'LogoutResponse') {
    return '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>';
  }
  const indexes = (options.sessionIndexes ?? []).map((index) => `<samlp:SessionIndex>${index}</samlp:SessionIndex>`);
  return `<saml:NameID>${options.nameId ?? 'ada'}</saml:NameID>${indexes.join('')}`;
}

/** What a home organisation sends a browser to identity with, signed like a real one, or wrong in one respect. */
export function logoutMessage(
  options: Partial<LogoutMessageOptions> & Pick<LogoutMessageOptions, 'by' | 'destination'>,
): string {
  const { by, kind = 'LogoutRequest' } = options;
  const answers = options.inResponseTo === undefined ? '' : ` InResponseTo="${options.inResponseTo}"`;
  const ends = options.notOnOrAfter === undefined ? '' : ` NotOnOrAfter="${options.notOnOrAfter}"`;
  const doctype = options.doctype ? '<!DOCTYPE x [<!ENTITY y "z">]>' : '';
  const issued = options.issueInstant ?? new Date().toISOString();
  const xml = `${doctype}<samlp:${kind} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${options.id ?? `_${randomUUID()}`}" Version="2.0" IssueInstant="${issued}" Destination="${options.destination}"${answers}${ends}><saml:Issuer>${options.issuer ?? by.entityId}</saml:Issuer>${content({ ...options, kind })}</samlp:${kind}>`;
  const message = encodeURIComponent(deflateRawSync(xml).toString('base64'));
  const relayState = options.relayState === undefined ? '' : `&RelayState=${encodeURIComponent(options.relayState)}`;
  const algorithm = options.sha1 ? SHA1 : ALGORITHM;
  const name = kind === 'LogoutRequest' ? 'SAMLRequest' : 'SAMLResponse';
  const signed = `${name}=${message}${relayState}&SigAlg=${encodeURIComponent(algorithm)}`;
  const signer = createSign(options.sha1 ? 'sha1' : 'sha256').update(signed);
  const signature = encodeURIComponent(signer.sign(keyOf(options.signer ?? by.key), 'base64'));
  const query = options.unsigned ? `${name}=${message}${relayState}` : `${signed}&Signature=${signature}`;
  return options.tamper ? options.tamper(query) : query;
}

/** What identity sends a browser to a home organisation with. Throws unless the certificate's key signed it. */
export function openRedirect(location: string, certificate: X509Certificate) {
  const query = location.slice(location.indexOf('?') + 1);
  const [signed = ''] = query.split('&Signature=');
  const parameters = new URLSearchParams(query);
  const signature = parameters.get('Signature') ?? '';
  if (!createVerify('sha256').update(signed).verify(certificate.publicKey, signature, 'base64')) {
    throw new Error('The redirect is not signed by identity.');
  }
  const name = parameters.has('SAMLRequest') ? 'SAMLRequest' : 'SAMLResponse';
  const xml = inflateRawSync(Buffer.from(parameters.get(name) ?? '', 'base64')).toString('utf8');
  return {
    kind: name === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse',
    xml,
    id: / ID="([^"]+)"/.exec(xml)?.[1] ?? '',
    relayState: parameters.get('RelayState') ?? undefined,
  };
}
