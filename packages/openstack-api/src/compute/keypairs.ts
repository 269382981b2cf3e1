import { z } from 'zod';
import { OpenStackId } from '../ids.js';

const KeypairName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-zA-Z0-9 @._-]+$/)
  .refine((name) => name === name.trim(), 'must not begin or end with white space');

/** `POST /os-keypairs`: imports `public_key`, or makes a key pair when there is none. */
export const CreateKeypair = z.strictObject({
  keypair: z.strictObject({
    name: KeypairName,
    public_key: z.string().min(1).max(16384).optional(),
    type: z.enum(['ssh']).default('ssh'),
    user_id: OpenStackId.optional(),
  }),
});
export type CreateKeypair = z.infer<typeof CreateKeypair>;

export const Keypair = z.strictObject({
  name: z.string(),
  public_key: z.string(),
  fingerprint: z.string(),
  type: z.enum(['ssh', 'x509']).optional(),
  user_id: OpenStackId.optional(),
  private_key: z.string().optional(),
});
export type Keypair = z.infer<typeof Keypair>;

export const KeypairListQuery = z.object({
  limit: z.coerce.number().int().nonnegative().optional(),
  marker: z.string().max(255).optional(),
  user_id: OpenStackId.optional(),
});
