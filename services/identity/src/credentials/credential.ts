import { InvalidInput } from '@ocx/service-kit/errors';
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const EC2 = 'ec2';

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
});
export type Ec2Blob = z.infer<typeof Ec2Blob>;

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
