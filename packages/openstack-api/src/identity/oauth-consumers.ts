import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { collection, pageQuery, SelfLink } from './collection.js';

const Description = z.string().max(65_535).nullish();

export const CreateConsumer = z.object({ consumer: z.object({ description: Description }) });
export const UpdateConsumer = z.object({
  consumer: z.object({
    description: Description,
    /** May not change; named, so that the refusal can say so. */
    secret: z.string().max(1024).optional(),
  }),
});
export const ConsumerQuery = pageQuery();

/** A program that users may delegate to by OAuth 1.0a. */
export const Consumer = z
  .strictObject({ id: OpenStackId, description: z.string().nullable(), links: SelfLink })
  .meta({ id: 'Consumer' });
export type Consumer = z.infer<typeof Consumer>;
export const ConsumerAnswer = z.strictObject({ consumer: Consumer });
export const ConsumerList = collection('consumers', Consumer);
/** The secret is shown this once. */
export const ConsumerCreated = z.strictObject({ consumer: Consumer.extend({ secret: z.string() }) });
