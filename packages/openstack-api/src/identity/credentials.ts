import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { collection, pageQuery, SelfLink } from './collection.js';

const Blob = z.string().max(65_535);
const Type = z.string().min(1).max(255);

/** Keystone ignores what it does not know about a credential. */
export const CreateCredential = z.object({
  credential: z.object({
    blob: Blob,
    type: Type,
    user_id: OpenStackId.optional(),
    project_id: OpenStackId.nullish(),
  }),
});
export const UpdateCredential = z.object({
  credential: z.object({
    blob: Blob.optional(),
    type: Type.optional(),
    user_id: OpenStackId.optional(),
    project_id: OpenStackId.nullish(),
  }),
});
export const CredentialQuery = pageQuery('type', 'user_id').extend({
  user_id: z.string().optional(),
  type: z.string().optional(),
});

/** A secret of a user's, of a type that says what for: `ec2`, `totp`, `cert` or any other. */
export const Credential = z
  .strictObject({
    id: z.string(),
    user_id: OpenStackId,
    project_id: OpenStackId.nullable(),
    type: z.string(),
    blob: z.string(),
    links: SelfLink,
  })
  .meta({ id: 'Credential' });
export type Credential = z.infer<typeof Credential>;
export const CredentialAnswer = z.strictObject({ credential: Credential });
export const CredentialList = collection('credentials', Credential);

export const CreateEc2Credential = z.object({ tenant_id: OpenStackId });
/** An access key and its secret, for one project. */
export const Ec2Credential = z
  .strictObject({
    access: z.string(),
    secret: z.string(),
    user_id: OpenStackId,
    tenant_id: OpenStackId,
    trust_id: OpenStackId.nullable(),
    links: SelfLink,
  })
  .meta({ id: 'Ec2Credential' });
export type Ec2Credential = z.infer<typeof Ec2Credential>;
export const Ec2CredentialAnswer = z.strictObject({ credential: Ec2Credential });
export const Ec2CredentialList = collection('credentials', Ec2Credential);

const Values = z.record(z.string().max(1024), z.union([z.string().max(16_384), z.number(), z.boolean()]));

/** Keystone's clients call it by any of three names. */
const underAnyName = <Signed extends z.ZodType>(signed: Signed) =>
  z.union([z.object({ credentials: signed }), z.object({ credential: signed }), z.object({ ec2Credentials: signed })]);
type UnderAnyName<Signed> =
  { readonly credentials: Signed } | { readonly credential: Signed } | { readonly ec2Credentials: Signed };

export function signedRequestOf<Signed>(body: UnderAnyName<Signed>): Signed {
  if ('credentials' in body) return body.credentials;
  return 'credential' in body ? body.credential : body.ec2Credentials;
}

/** A signed request as a service received it: signature version 2 or 4, by an `ec2` credential. */
const SignedRequest = z.object({
  access: z.string().min(1).max(255),
  signature: z.string().min(1).max(1024),
  host: z.string().max(1024).default(''),
  verb: z.string().max(16).default('GET'),
  path: z.string().max(16_384).default('/'),
  params: Values.default({}),
  headers: Values.default({}),
  body_hash: z.string().max(255).default(''),
});
export type SignedRequest = z.output<typeof SignedRequest>;
export const Ec2TokenRequest = underAnyName(SignedRequest);

/**
 * What an S3 service was sent: `token` is the text that the client signed, in base64 of either alphabet. Parameters and
 * headers are read for their time only, where a service passes them on.
 */
const S3Request = z.object({
  access: z.string().min(1).max(255),
  token: z
    .string()
    .max(65_536)
    .regex(/^[A-Za-z0-9+/_-]+={0,2}$/),
  signature: z.string().min(1).max(1024),
  params: Values.default({}),
  headers: Values.default({}),
});
export type S3Request = z.output<typeof S3Request>;
export const S3TokenRequest = underAnyName(S3Request);
