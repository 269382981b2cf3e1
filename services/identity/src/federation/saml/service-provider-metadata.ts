import { NotFound } from '@ocx/service-kit/errors';
import { XMLSerializer } from '@xmldom/xmldom';
import { descendantsOf, METADATA_NS, parseXml } from '../identity-providers/saml-xml.js';
import { acsUrlOf, entityIdOf } from './saml-options.js';

/**
 * Identity's own metadata by the library, with one assertion consumer service for each provider: each answers at an
 * address of its own, so that no provider's answer is ever read as another's.
 */
export async function serviceProviderMetadata(base: string, idpIds: readonly string[]): Promise<string> {
  const [first, ...others] = idpIds;
  if (first === undefined) throw new NotFound('Could not find any SAML identity provider.');
  const { generateServiceProviderMetadata } = await import('@node-saml/node-saml');
  const xml = generateServiceProviderMetadata({
    issuer: entityIdOf(base),
    callbackUrl: acsUrlOf(base, first),
    identifierFormat: null,
    wantAssertionsSigned: true,
  });
  const document = parseXml(xml);
  const [service] = descendantsOf(document, METADATA_NS, 'AssertionConsumerService');
  if (!service?.parentNode) throw new Error('The library wrote metadata without an assertion consumer service.');
  others.forEach((id, index) => {
    const another = service.cloneNode(true) as Element;
    another.setAttribute('index', String(index + 2));
    another.removeAttribute('isDefault');
    another.setAttribute('Location', acsUrlOf(base, id));
    service.parentNode?.appendChild(another);
  });
  return new XMLSerializer().serializeToString(document);
}
