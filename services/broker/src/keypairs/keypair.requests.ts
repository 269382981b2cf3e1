import { z } from 'zod';
import { InvalidInput } from '@ocx/service-kit/errors';
import { isAtLeast, type MicroversionValue } from '@ocx/service-kit/microversion';
import { parse } from '@ocx/service-kit/validation';
import { OpenStackId } from '@ocx/openstack-api/ids';

const OldName = z
  .string()
  .regex(/^(?! )[A-Za-z0-9 _-]{1,255}(?<! )$/, 'only letters, digits, spaces, _ and - are allowed');
const Name = z
  .string()
  .regex(/^(?! )[A-Za-z0-9 @._-]{1,255}(?<! )$/, 'only letters, digits, spaces and @._- are allowed');

const common = { public_key: z.string().max(16_384).optional() };
const Create20 = z.object({ keypair: z.strictObject({ ...common, name: OldName }) });
const Create22 = z.object({
  keypair: z.strictObject({ ...common, name: OldName, type: z.enum(['ssh', 'x509']).optional() }),
});
const Create210 = z.object({
  keypair: z.strictObject({
    ...common,
    name: OldName,
    type: z.enum(['ssh', 'x509']).optional(),
    user_id: OpenStackId.optional(),
  }),
});
const Create292 = z.object({
  keypair: z.strictObject({
    name: Name,
    public_key: z.string().min(1).max(16_384),
    type: z.enum(['ssh', 'x509']).optional(),
    user_id: OpenStackId.optional(),
  }),
});

/** The body of a create, in the form of each microversion that changed it. */
export const CreateKeypair = z.union([Create20, Create22, Create210, Create292]);

export interface NewKeypair {
  readonly name: string;
  readonly publicKey?: string | undefined;
  readonly userId?: string | undefined;
}

/** The body of a create in the form that the microversion has. Only SSH keys: an x509 certificate logs nobody in. */
export function parseCreateKeypair(body: unknown, version: MicroversionValue): NewKeypair {
  const schema = isAtLeast(version, 92)
    ? Create292
    : isAtLeast(version, 10)
      ? Create210
      : isAtLeast(version, 2)
        ? Create22
        : Create20;
  const { keypair }: z.infer<typeof Create210> = parse(schema, body);
  if (keypair.type === 'x509') throw new InvalidInput('Key pairs of type x509 are not supported by this cloud.');
  return { name: keypair.name, publicKey: keypair.public_key, userId: keypair.user_id };
}

export const KeypairListQuery = z.object({
  limit: z.coerce.number().int().min(0).max(1000).optional(),
  marker: z.string().max(255).optional(),
  user_id: OpenStackId.optional(),
});

export function parseKeypairQuery(query: unknown): z.infer<typeof KeypairListQuery> {
  return parse(KeypairListQuery, query);
}
