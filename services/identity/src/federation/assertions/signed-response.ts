import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';
import { randomUUID } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { ASSERTION_NS, PROTOCOL_NS } from '../identity-providers/saml-xml.js';

/** What identity says of somebody to another cloud. */
export interface Statement {
  readonly issuer: string;
  /** Where the answer is to be taken. */
  readonly recipient: string;
  /** For whom it is; any of these names. */
  readonly audiences: readonly string[];
  readonly subject: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** PEM. */
export interface SigningKey {
  readonly privateKey: string;
  readonly certificate: string;
}

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const ENTITY = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity';
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
/** A token says how somebody logged in first, not with what strength. */
const CONTEXT = 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified';

type Content = readonly Element[] | string;

function unsigned(statement: Statement): string {
  const document = new DOMImplementation().createDocument(PROTOCOL_NS, 'samlp:Response', null);
  const fill = (element: Element, attributes: Record<string, string>, content: Content): Element => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    const nodes = typeof content === 'string' ? [document.createTextNode(content)] : content;
    for (const node of nodes) element.appendChild(node);
    return element;
  };
  const saml = (name: string, attributes: Record<string, string>, content: Content = []): Element =>
    fill(document.createElementNS(ASSERTION_NS, `saml:${name}`), attributes, content);
  const protocol = (name: string, attributes: Record<string, string>, content: Content = []): Element =>
    fill(document.createElementNS(PROTOCOL_NS, `samlp:${name}`), attributes, content);

  const { issuer, recipient, audiences, subject } = statement;
  const [IssueInstant, NotOnOrAfter] = [statement.issuedAt.toISOString(), statement.expiresAt.toISOString()];
  const made = () => ({ ID: `_${randomUUID()}`, Version: '2.0', IssueInstant });
  const by = () => saml('Issuer', { Format: ENTITY }, issuer);
  const attributes = Object.entries(statement.attributes).filter(([, values]) => values.length > 0);
  const assertion = saml('Assertion', made(), [
    by(),
    saml('Subject', {}, [
      saml('NameID', { Format: UNSPECIFIED }, subject),
      saml('SubjectConfirmation', { Method: BEARER }, [
        saml('SubjectConfirmationData', { NotOnOrAfter, Recipient: recipient }),
      ]),
    ]),
    saml('Conditions', { NotBefore: IssueInstant, NotOnOrAfter }, [
      saml(
        'AudienceRestriction',
        {},
        audiences.map((audience) => saml('Audience', {}, audience)),
      ),
    ]),
    saml('AuthnStatement', { AuthnInstant: IssueInstant, SessionNotOnOrAfter: NotOnOrAfter }, [
      saml('AuthnContext', {}, [saml('AuthnContextClassRef', {}, CONTEXT)]),
    ]),
    saml(
      'AttributeStatement',
      {},
      attributes.map(([Name, values]) =>
        saml(
          'Attribute',
          { Name },
          values.map((value) => saml('AttributeValue', {}, value)),
        ),
      ),
    ),
  ]);
  const status = protocol('Status', {}, [protocol('StatusCode', { Value: SUCCESS })]);
  fill(document.documentElement, { ...made(), Destination: recipient }, [by(), status, assertion]);
  return new XMLSerializer().serializeToString(document);
}

function sign(xml: string, element: 'Assertion' | 'Response', { privateKey, certificate }: SigningKey): string {
  const signature = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  const xpath = `//*[local-name(.)='${element}']`;
  signature.addReference({ xpath, digestAlgorithm: SHA256, transforms: [ENVELOPED, EXCLUSIVE] });
  signature.computeSignature(xml, {
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
    prefix: 'ds',
  });
  return signature.getSignedXml();
}

/** A SAML 2.0 Response that nobody asked for by SAML, with its one Assertion; both signed, by RSA and SHA-256. */
export const signedResponse = (statement: Statement, key: SigningKey): string =>
  sign(sign(unsigned(statement), 'Assertion', key), 'Response', key);
