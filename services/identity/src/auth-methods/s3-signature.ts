import type { S3Request } from '@ocx/openstack-api/identity/credentials';
import { equal, hmac, signingKey, V4 } from './ec2-signature.js';

/** What S3 clients sign for: the store itself, and the two services that give out keys for it. */
const SERVICES = new Set(['s3', 'iam', 'sts']);
/** S3 lets no signed address live longer. */
const LONGEST_MS = 7 * 86_400_000;
const SKEW_MS = 15 * 60 * 1000;

/** When version 4's text was signed: `20261121T230000Z`. */
function timeOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** Signature version 4 in hex; undefined for a text that S3 has no use for. */
function versionFour(text: Buffer, secret: string): string | undefined {
  const [algorithm, time = '', scope = '', , ...more] = text.toString('utf8').split('\n');
  const [date, region, service, end, ...others] = scope.split('/');
  if (algorithm !== V4 || more.length > 0 || others.length > 0 || end !== 'aws4_request') return undefined;
  if (!date || !region || !service || !SERVICES.has(service) || !time.startsWith(date)) return undefined;
  const age = Date.now() - timeOf(time);
  if (!(age >= -SKEW_MS && age <= LONGEST_MS)) return undefined;
  return hmac('sha256', signingKey(secret, [date, region, service]), text).toString('hex');
}

/** Whether an S3 request was signed with the secret, by signature version 4, or version 2 and its SHA-1. */
export function isS3SignedWith(secret: string, { token, signature }: S3Request): boolean {
  const text = Buffer.from(token, 'base64');
  if (text.subarray(0, 4).equals(Buffer.from('AWS4'))) return equal(versionFour(text, secret), signature);
  return equal(hmac('sha1', secret, text).toString('base64'), signature);
}
