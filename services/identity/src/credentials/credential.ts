import { InvalidInput } from '@ocx/service-kit/errors';
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const EC2 = 'ec2';
export const TOTP = 'totp';

/** A secret of a user's; `blob` is what the type wants it to be. */
export interface Credential {
  readonly id: string;
  readonly userId: string;
  readonly projectId: string | null;
  readonly type: string;
  readonly blob: string;
}

const Ec2Blob = z.looseObject({
  access: z.string().min(1),
  secret: z.string().min(1),
  trust_id: z.string().nullish(),
  app_cred_id: z.string().nullish(),
  access_token_id: z.string().nullish(),
});
export type Ec2Blob = z.infer<typeof Ec2Blob>;

const NARROWING = ['trust_id', 'app_cred_id', 'access_token_id'] as const;

/** What an access key is limited to, beside its project: the trust, application credential or OAuth token that made it. */
export type Narrowing = Readonly<Partial<Record<(typeof NARROWING)[number], string>>>;

export function narrowingOf(blob: Ec2Blob): Narrowing {
  const set = NARROWING.map((key) => [key, blob[key]] as const).filter(([, id]) => id != null);
  return Object.fromEntries(set);
}

export const isNarrowed = (narrowing: Narrowing): boolean => Object.keys(narrowing).length > 0;

export const sameNarrowing = (one: Narrowing, other: Narrowing): boolean =>
  NARROWING.every((key) => one[key] === other[key]);

/** An access key names its credential, so it is unique without being readable. */
export const ec2CredentialId = (access: string): string => createHash('sha256').update(access).digest('hex');

/** What an `ec2` blob says. Throws {@link InvalidInput}. */
export function ec2Blob(blob: string): Ec2Blob {
  try {
    return Ec2Blob.parse(JSON.parse(blob));
  } catch (error) {
    throw new InvalidInput('Invalid blob in credential: an ec2 blob is a JSON object with access and secret.', {
      cause: error,
    });
  }
}
