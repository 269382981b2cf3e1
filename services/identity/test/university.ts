import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';

const pem = (name: string) => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8');
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const HMAC = 'http://www.w3.org/2000/09/xmldsig#hmac-sha1';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** A home organisation as its metadata tell it. */
export interface Organisation {
  readonly id: string;
  readonly entityId: string;
  readonly ssoUrl: string;
  /** Whose fixture its key is. */
  readonly key: Signer;
}

export type Signer = 'university' | 'college' | 'impostor';

const organisation = (id: 'university' | 'college'): Organisation => ({
  id,
  entityId: `http://${id}.test/saml`,
  ssoUrl: `http://${id}.test/sso`,
  key: id,
});

export const UNIVERSITY = organisation('university');
export const COLLEGE = organisation('college');

export interface AnswerOptions {
  readonly by: Organisation;
  readonly inResponseTo?: string;
  readonly acsUrl: string;
  readonly audience: string;
  readonly destination?: string;
  readonly recipient?: string;
  readonly issuer?: string;
  readonly confirmationInResponseTo?: string | null;
  readonly responseInResponseTo?: string | null;
  readonly confirmationSeconds?: number;
  readonly conditionsSeconds?: number;
  readonly signResponse?: boolean;
  readonly signAssertion?: boolean;
  readonly signer?: Signer;
  readonly sha1?: boolean;
  readonly doctype?: boolean;
  /** Signs with the certificate's text as the secret of an HMAC: what anybody can. */
  readonly hmac?: boolean;
  /** Names transforms that nobody needs, in what is signed. */
  readonly transforms?: readonly string[];
  readonly name?: string;
  /** Changes the XML after it was signed. */
  readonly tamper?: (xml: string) => string;
}

const certificate = (name: string) => pem(`${name}.crt`).replace(/-----[A-Z ]+-----|\s/g, '');

/** Its metadata, with its own signing certificate or those that are named. */
export const metadata = (
  by: Organisation,
  signers: readonly string[] = [by.key],
  attributes = '',
): string => `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" ID="_metadata" entityID="${by.entityId}"${attributes}>
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    ${signers.map((name) => `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate(name)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`).join('')}
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${by.ssoUrl}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;

/** The AuthnRequest that a redirect carries. */
export function requestOf(location: string): { id: string; xml: string; acsUrl: string } {
  const encoded = new URL(location).searchParams.get('SAMLRequest') ?? '';
  const xml = inflateRawSync(Buffer.from(encoded, 'base64')).toString('utf8');
  const attribute = (name: string) => new RegExp(`\\b${name}="([^"]+)"`).exec(xml)?.[1] ?? '';
  return { id: attribute('ID'), xml, acsUrl: attribute('AssertionConsumerServiceURL') };
}

interface SignOptions {
  readonly signer: Signer;
  readonly sha1?: boolean | undefined;
  readonly hmac?: boolean | undefined;
  readonly transforms?: readonly string[] | undefined;
  /** Where the signature goes: after the element's Issuer, or first in it. */
  readonly first?: boolean;
}

function sign(xml: string, element: string, options: SignOptions): string {
  const { signer } = options;
  const rsa = options.sha1 ? 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' : RSA_SHA256;
  const signature = new SignedXml({
    privateKey: pem(options.hmac ? `${signer}.crt` : `${signer}.key`),
    signatureAlgorithm: options.hmac ? HMAC : rsa,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  if (options.hmac) signature.enableHMAC();
  signature.addReference({
    xpath: `//*[local-name(.)='${element}']`,
    digestAlgorithm: options.sha1
      ? 'http://www.w3.org/2000/09/xmldsig#sha1'
      : 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [ENVELOPED, EXCLUSIVE, ...(options.transforms ?? [])],
  });
  const [reference, action] = options.first
    ? ([`//*[local-name(.)='${element}']`, 'prepend'] as const)
    : ([`//*[local-name(.)='${element}']/*[local-name(.)='Issuer']`, 'after'] as const);
  signature.computeSignature(xml, { location: { reference, action } });
  return signature.getSignedXml();
}

/** Metadata that somebody signed. */
export const signedMetadata = (xml: string, signer: Signer, sha1 = false): string =>
  sign(xml, 'EntityDescriptor', { signer, sha1, first: true });

/** What a federation publishes of all its members. */
export const aggregate = (members: readonly string[], attributes = ''): string =>
  `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_aggregate"${attributes}>${members
    .map((member, index) => member.replace('<?xml version="1.0"?>', '').replace('"_metadata"', `"_${String(index)}"`))
    .join('')}</md:EntitiesDescriptor>`;

export const signedAggregate = (xml: string, signer: Signer): string =>
  sign(xml, 'EntitiesDescriptor', { signer, first: true });

export const keyOf = (signer: Signer): string => pem(`${signer}.key`);
export const certificateOf = (signer: Signer): string => pem(`${signer}.crt`);

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

function unsigned(options: AnswerOptions): string {
  const issuer = `<saml:Issuer>${options.issuer ?? options.by.entityId}</saml:Issuer>`;
  const answers = (id: string | null | undefined) => (id == null ? '' : ` InResponseTo="${id}"`);
  const outer = options.responseInResponseTo === undefined ? options.inResponseTo : options.responseInResponseTo;
  const inner =
    options.confirmationInResponseTo === undefined ? options.inResponseTo : options.confirmationInResponseTo;
  const name = options.name ?? 'ada';
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" Version="2.0" IssueInstant="${inSeconds(0)}" Destination="${options.destination ?? options.acsUrl}"${answers(outer)}>${issuer}<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="_${randomUUID()}" Version="2.0" IssueInstant="${inSeconds(0)}">${issuer}<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${inSeconds(options.confirmationSeconds ?? 300)}" Recipient="${options.recipient ?? options.acsUrl}"${answers(inner)}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${inSeconds(-60)}" NotOnOrAfter="${inSeconds(options.conditionsSeconds ?? 300)}"><saml:AudienceRestriction><saml:Audience>${options.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${inSeconds(0)}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="mail"><saml:AttributeValue>${name}@${options.by.id}.test</saml:AttributeValue></saml:Attribute><saml:Attribute Name="affiliation"><saml:AttributeValue>researcher</saml:AttributeValue><saml:AttributeValue>staff</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`;
}

/** A home university's answer, signed like a real one, or wrong in one respect. */
export function samlResponse(options: AnswerOptions): string {
  let xml = unsigned(options);
  const { sha1, hmac, transforms } = options;
  const by = { signer: options.signer ?? options.by.key, sha1, hmac, transforms };
  if (options.signAssertion !== false) xml = sign(xml, 'Assertion', by);
  if (options.signResponse !== false) xml = sign(xml, 'Response', by);
  if (options.tamper) xml = options.tamper(xml);
  if (options.doctype) xml = `<!DOCTYPE Response [<!ENTITY x "y">]>${xml}`;
  return Buffer.from(xml).toString('base64');
}

/** The same with the assertion encrypted, as `seal` does it. */
export async function encryptedResponse(
  options: AnswerOptions,
  seal: (assertion: string) => Promise<string>,
): Promise<string> {
  const by = { signer: options.signer ?? options.by.key, sha1: options.sha1 };
  const xml = options.signAssertion === false ? unsigned(options) : sign(unsigned(options), 'Assertion', by);
  const [assertion = ''] = /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml) ?? [];
  const alone = assertion.replace(
    '<saml:Assertion',
    '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"',
  );
  const sealed = `<saml:EncryptedAssertion>${await seal(alone)}</saml:EncryptedAssertion>`;
  const whole = xml.replace(assertion, () => sealed);
  return Buffer.from(options.signResponse === false ? whole : sign(whole, 'Response', by)).toString('base64');
}
