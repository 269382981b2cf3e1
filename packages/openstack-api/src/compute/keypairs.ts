import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { Link } from './values.js';

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

export const KeypairAnswer = z.strictObject({ keypair: Keypair });
export const KeypairList = z.strictObject({
  keypairs: z.array(z.strictObject({ keypair: Keypair })),
  keypairs_links: z.array(Link).max(1).optional(),
});

/** `GET /os-keypairs/{name}`: Nova shows bookkeeping columns here that it shows nowhere else. */
export const KeypairDetail = Keypair.extend({
  id: z.int(),
  created_at: z.string(),
  deleted: z.literal(false),
  deleted_at: z.null(),
  updated_at: z.null(),
});
export type KeypairDetail = z.infer<typeof KeypairDetail>;
export const KeypairDetailAnswer = z.strictObject({ keypair: KeypairDetail });

export const KeypairListQuery = z.object({
  limit: z.coerce.number().int().nonnegative().optional(),
  marker: z.string().max(255).optional(),
  user_id: OpenStackId.optional(),
});
