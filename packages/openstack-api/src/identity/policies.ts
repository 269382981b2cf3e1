import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { collection, pageQuery, SelfLink } from './collection.js';

const Blob = z.string().max(65_535);
const Type = z.string().min(1).max(255);

export const CreatePolicy = z.object({ policy: z.object({ blob: Blob, type: Type }) });
export const UpdatePolicy = z.object({
  policy: z
    .object({ id: OpenStackId.optional(), blob: Blob.optional(), type: Type.optional() })
    .refine((policy) => Object.keys(policy).length > 0, { message: 'Nothing to change.' }),
});
export const PolicyQuery = pageQuery('type').extend({ type: z.string().max(255).optional() });

/** A document that another service keeps at identity and reads from there; identity does not look into it. */
export const PolicyDocument = z
  .strictObject({ id: OpenStackId, blob: z.string(), type: z.string(), links: SelfLink })
  .meta({ id: 'PolicyDocument' });
export type PolicyDocument = z.infer<typeof PolicyDocument>;
export const PolicyAnswer = z.strictObject({ policy: PolicyDocument });
export const PolicyList = collection('policies', PolicyDocument);
