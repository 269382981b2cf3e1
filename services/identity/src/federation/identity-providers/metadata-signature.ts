import { InvalidInput } from '@ocx/service-kit/errors';
import { SignedXml } from 'xml-crypto';
import { childrenOf, parseXml, SIGNATURE_NS, STRONG_DIGESTS, STRONG_SIGNATURES } from './saml-xml.js';

const TRANSFORMS = new Set([
  'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
]);

function verifiedBy(certificate: string, signature: Element, id: string, xml: string): string | undefined {
  // A certificate inside the document proves nothing: only the pinned one is asked.
  const signed = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null });
  signed.loadSignature(signature);
  const [reference, ...others] = signed.getReferences();
  if (!reference || others.length > 0 || reference.uri !== `#${id}`) return undefined;
  if (!STRONG_SIGNATURES.has(signed.signatureAlgorithm ?? '')) return undefined;
  if (!STRONG_DIGESTS.has(reference.digestAlgorithm)) return undefined;
  if (!reference.transforms.every((transform) => TRANSFORMS.has(transform))) return undefined;
  return signed.checkSignature(xml) ? signed.getSignedReferences()[0] : undefined;
}

/**
 * What of these metadata one of the certificates signed: the whole document, and only in its signed form, so that nothing
 * beside the signature is read. Throws {@link InvalidInput}.
 */
export function signedMetadata(xml: string, certificates: readonly string[]): string {
  const root = parseXml(xml).documentElement;
  const [signature, ...others] = childrenOf(root, SIGNATURE_NS, 'Signature');
  const id = root.getAttribute('ID') ?? '';
  if (!signature || id === '') throw new InvalidInput('The metadata are not signed.');
  if (others.length > 0) throw new InvalidInput('The metadata have more than one signature.');
  for (const certificate of certificates) {
    try {
      const signed = verifiedBy(certificate, signature, id, xml);
      if (signed !== undefined) return signed;
    } catch {
      // The library throws for what is no signature, and for one that does not fit: the next certificate may.
      continue;
    }
  }
  throw new InvalidInput('The metadata are not signed by a pinned certificate.');
}
