import type { ImageStatus } from '@ocx/openstack-api/image/images';
import type { Principal } from '@ocx/service-kit/principal';
import { isOperator } from '../exchange-api/exchange.policy.js';

export interface Image {
  readonly id: string;
  readonly owner: string;
  readonly name: string | null;
  readonly status: ImageStatus;
  readonly visibility: 'public' | 'private' | 'shared' | 'community';
  readonly protected: boolean;
  readonly hidden: boolean;
  readonly containerFormat: string | null;
  readonly diskFormat: string | null;
  readonly minRam: number;
  readonly minDisk: number;
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** Bytes, null until the upload is complete; fixed from then on, like the digests. */
  readonly size: number | null;
  readonly md5: string | null;
  readonly sha512: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ImageMember {
  readonly imageId: string;
  readonly projectId: string;
  readonly status: 'pending' | 'accepted' | 'rejected';
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Who asks, as far as images care. */
export type ImageCaller = Pick<Principal, 'projectId' | 'realm' | 'roles' | 'systemScope' | 'exchange'>;

/** Whether the caller may see the image; `memberOf` is true for an image that is shared with the caller's project. */
export function maySee(image: Image, caller: ImageCaller, memberOf: boolean): boolean {
  if (isOperator(caller) || image.owner === caller.projectId) return true;
  if (image.visibility === 'public' || image.visibility === 'community') return true;
  return image.visibility === 'shared' && memberOf;
}

export const mayChange = (image: Image, caller: ImageCaller): boolean =>
  isOperator(caller) || image.owner === caller.projectId;
