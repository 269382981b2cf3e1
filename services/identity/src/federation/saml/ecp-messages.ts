import { InvalidInput } from '@ocx/service-kit/errors';
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';
import type { IncomingHttpHeaders } from 'node:http';
import { ASSERTION_NS, childrenOf, parseXml, PROTOCOL_NS, textOf } from '../identity-providers/saml-xml.js';

/** Exactly this, without a charset: clients compare it. */
export const PAOS_TYPE = 'application/vnd.paos+xml';

const PAOS_NS = 'urn:liberty:paos:2003-08';
const ECP_NS = 'urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp';
const SOAP_NS = 'http://schemas.xmlsoap.org/soap/envelope/';
export const PAOS_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:PAOS';
const NEXT_ACTOR = 'http://schemas.xmlsoap.org/soap/actor/next';

/** Whether these headers are of a client that speaks SAML 2.0's Enhanced Client or Proxy profile (section 4.2.3). */
export function isEnhancedClient(headers: IncomingHttpHeaders): boolean {
  const paos = [headers['paos'] ?? ''].flat().join(',');
  return (headers.accept ?? '').includes(PAOS_TYPE) && paos.includes(PAOS_NS) && paos.includes(ECP_NS);
}

export interface EcpRequest {
  /** As the library makes it for the browser. */
  readonly authnRequest: string;
  readonly consumerUrl: string;
  readonly issuer: string;
  /** Comes back with the answer. */
  readonly relayState: string;
}

type AddBlock = (namespace: string, name: string, attributes?: Record<string, string>) => Element;

/** An envelope with the blocks of its header, each for the next who reads it, around a message. */
function enveloped(message: Element, fillHeader: (add: AddBlock, document: Document) => void): string {
  const document = new DOMImplementation().createDocument(SOAP_NS, 'S:Envelope', null);
  const [header, body] = ['Header', 'Body'].map((name) => document.createElementNS(SOAP_NS, `S:${name}`));
  if (!header || !body) throw new Error('An envelope has a header and a body.');
  fillHeader((namespace, name, attributes = {}) => {
    const block = document.createElementNS(namespace, name);
    block.setAttributeNS(SOAP_NS, 'S:mustUnderstand', '1');
    block.setAttributeNS(SOAP_NS, 'S:actor', NEXT_ACTOR);
    for (const [key, value] of Object.entries(attributes)) block.setAttribute(key, value);
    header.appendChild(block);
    return block;
  }, document);
  body.appendChild(document.importNode(message, true));
  document.documentElement.appendChild(header);
  document.documentElement.appendChild(body);
  return new XMLSerializer().serializeToString(document);
}

/** The SOAP envelope in which an enhanced client carries an AuthnRequest to its identity provider. */
export function ecpRequest({ authnRequest, consumerUrl, issuer, relayState }: EcpRequest): string {
  const request = parseXml(authnRequest).documentElement;
  request.setAttribute('ProtocolBinding', PAOS_BINDING);
  // It names the provider's address for browsers, and the client takes it to another.
  request.removeAttribute('Destination');
  return enveloped(request, (addBlock, document) => {
    addBlock(PAOS_NS, 'paos:Request', { responseConsumerURL: consumerUrl, service: ECP_NS });
    const from = document.createElementNS(ASSERTION_NS, 'saml:Issuer');
    from.appendChild(document.createTextNode(issuer));
    addBlock(ECP_NS, 'ecp:Request', { IsPassive: '0' }).appendChild(from);
    addBlock(ECP_NS, 'ecp:RelayState').appendChild(document.createTextNode(relayState));
  });
}

/** The SOAP envelope in which a client carries identity's own Response to another cloud. */
export const ecpResponse = (response: string, relayState: string): string =>
  enveloped(parseXml(response).documentElement, (addBlock, document) => {
    addBlock(ECP_NS, 'ecp:RelayState').appendChild(document.createTextNode(relayState));
  });

export interface EcpAnswer {
  /** The `Response` as a document of its own. */
  readonly response: string;
  readonly relayState: string;
}

/** What an enhanced client brings back from its identity provider. Throws {@link InvalidInput}. */
export function readEcpAnswer(xml: string): EcpAnswer {
  const envelope = parseXml(xml).documentElement;
  const isEnvelope = envelope.namespaceURI === SOAP_NS && envelope.localName === 'Envelope';
  const bodies = isEnvelope ? childrenOf(envelope, SOAP_NS, 'Body') : [];
  const responses = bodies.flatMap((body) => childrenOf(body, PROTOCOL_NS, 'Response'));
  const relayStates = childrenOf(envelope, SOAP_NS, 'Header').flatMap((one) => childrenOf(one, ECP_NS, 'RelayState'));
  const [response, ...others] = responses;
  if (!response || others.length > 0 || relayStates.length !== 1) {
    throw new InvalidInput('Expecting to find one RelayState and one Response in a SOAP envelope.');
  }
  return { response: new XMLSerializer().serializeToString(response), relayState: textOf(relayStates[0]) };
}
