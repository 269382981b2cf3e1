import { InvalidInput } from '@ocx/service-kit/errors';
import { X509Certificate } from 'node:crypto';
import type { SamlMetadata } from './identity-provider.js';
import { childrenOf, descendantsOf, METADATA_NS, parseXml, SIGNATURE_NS, textOf } from './saml-xml.js';

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const MAX_CERTIFICATES = 8;
const MIN_RSA_BITS = 2048;

/** A certificate with a key strong enough to believe in, as PEM. Throws {@link InvalidInput}. */
export function strongCertificate(encoded: string | Buffer): string {
  try {
    const parsed = new X509Certificate(encoded);
    const bits = parsed.publicKey.asymmetricKeyDetails?.modulusLength;
    if (parsed.publicKey.asymmetricKeyType === 'rsa' && (bits ?? 0) < MIN_RSA_BITS) {
      throw new InvalidInput('A signing key has less than 2048 bits.');
    }
    return parsed.toString();
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput('A certificate is malformed.', { cause: error });
  }
}

const fromBase64 = (text: string): string => strongCertificate(Buffer.from(text.replace(/\s+/g, ''), 'base64'));

/** When these metadata end, by themselves or by what they say of the provider: the earlier. */
function endOf(...elements: readonly Element[]): string | undefined {
  const ends = elements.flatMap((element) => element.getAttribute('validUntil') || []);
  const times = ends.map((end) => Date.parse(end));
  if (times.some((time) => Number.isNaN(time))) throw new InvalidInput('The metadata have a malformed validUntil.');
  if (times.some((time) => time <= Date.now())) throw new InvalidInput('The metadata have expired.');
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}

const isWeb = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** The provider's single logout by redirects, if it offers that. */
function logoutOf(provider: Element): Pick<SamlMetadata, 'sloUrl' | 'sloResponseUrl'> {
  const services = childrenOf(provider, METADATA_NS, 'SingleLogoutService');
  const service = services.find((one) => one.getAttribute('Binding') === REDIRECT);
  if (!service) return {};
  const sloUrl = service.getAttribute('Location') ?? '';
  const sloResponseUrl = service.getAttribute('ResponseLocation') ?? '';
  if (!isWeb(sloUrl) || (sloResponseUrl !== '' && !isWeb(sloResponseUrl))) {
    throw new InvalidInput('The metadata have a malformed single logout service.');
  }
  return { sloUrl, ...(sloResponseUrl === '' ? {} : { sloResponseUrl }) };
}

const isNamed = (element: Element, name: string): boolean =>
  element.namespaceURI === METADATA_NS && element.localName === name;

/**
 * Of a federation's aggregate the one provider that is known already by one of its entity ids: what else stands there is
 * somebody else's, and nobody becomes them by standing first.
 */
function chosenFrom(aggregate: Element, known: readonly string[]): Element {
  const providers = descendantsOf(aggregate, METADATA_NS, 'EntityDescriptor').filter(
    (entity) => childrenOf(entity, METADATA_NS, 'IDPSSODescriptor').length > 0,
  );
  const [chosen, ...others] = providers.filter((entity) => known.includes(entity.getAttribute('entityID') ?? ''));
  if (!chosen || others.length > 0) {
    const found = chosen ? 'more than one' : 'none';
    throw new InvalidInput(`The aggregate has ${found} of the provider's entity ids: name one in remote_ids.`);
  }
  return chosen;
}

function described(root: Element, known: readonly string[]): Element {
  if (isNamed(root, 'EntityDescriptor')) return root;
  if (isNamed(root, 'EntitiesDescriptor')) return chosenFrom(root, known);
  throw new InvalidInput('The metadata is no EntityDescriptor, and no EntitiesDescriptor.');
}

/** The element and what it stands in: each may say until when it holds. */
function withParents(element: Element): Element[] {
  const parent = element.parentNode as Element | null;
  return parent?.nodeType === 1 ? [element, ...withParents(parent)] : [element];
}

/**
 * What identity needs of a SAML 2.0 provider's metadata, alone or in an aggregate: who it is, where people are sent, its
 * signing certificates, all of which count, until when, and how it ends sessions. Throws {@link InvalidInput}.
 * @param known the entity ids by which the provider is found in an aggregate
 */
export function readMetadata(xml: string, known: readonly string[]): SamlMetadata {
  const entity = described(parseXml(xml).documentElement, known);
  const [provider] = childrenOf(entity, METADATA_NS, 'IDPSSODescriptor');
  const entityId = entity.getAttribute('entityID') ?? '';
  if (!provider || entityId === '' || entityId.length > 255) {
    throw new InvalidInput('The metadata describes no identity provider.');
  }
  const services = childrenOf(provider, METADATA_NS, 'SingleSignOnService');
  const ssoUrl = services.find((one) => one.getAttribute('Binding') === REDIRECT)?.getAttribute('Location') ?? '';
  if (!isWeb(ssoUrl)) {
    throw new InvalidInput('The metadata has no HTTP-Redirect single sign-on service.');
  }
  const certificates = childrenOf(provider, METADATA_NS, 'KeyDescriptor')
    .filter((key) => ['', 'signing'].includes(key.getAttribute('use') ?? ''))
    .flatMap((key) => descendantsOf(key, SIGNATURE_NS, 'X509Certificate'))
    .map((element) => fromBase64(textOf(element)));
  if (certificates.length === 0) throw new InvalidInput('The metadata has no signing certificate.');
  if (certificates.length > MAX_CERTIFICATES) throw new InvalidInput('The metadata has too many certificates.');
  const validUntil = endOf(...withParents(provider));
  return {
    entityId,
    ssoUrl,
    certificates: [...new Set(certificates)],
    ...(validUntil ? { validUntil } : {}),
    ...logoutOf(provider),
  };
}
