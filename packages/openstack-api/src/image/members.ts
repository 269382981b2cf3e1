import { z } from 'zod';
import { OpenStackId, Uuid } from '../ids.js';

/** `POST /v2/images/{id}/members`. */
export const AddMember = z.strictObject({ member: OpenStackId });

/** `PUT /v2/images/{id}/members/{member}`, by the member. */
export const MemberStatus = z.strictObject({ status: z.enum(['pending', 'accepted', 'rejected']) });

export const ImageMember = MemberStatus.extend({
  image_id: Uuid,
  member_id: OpenStackId,
  created_at: z.string(),
  updated_at: z.string(),
  schema: z.string(),
}).meta({ id: 'ImageMember' });
export type ImageMember = z.infer<typeof ImageMember>;
export const ImageMemberList = z.strictObject({ members: z.array(ImageMember), schema: z.string() });
