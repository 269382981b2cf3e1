import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ImageStatus } from '@ocx/openstack-api/image/images';

@Entity({ name: 'images' })
@Check(
  'images_active_has_content',
  `status <> 'active' OR (size IS NOT NULL AND sha512 IS NOT NULL AND md5 IS NOT NULL)`,
)
@Index('images_owner', ['owner'])
export class ImageEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'images_pkey' })
  id: string;

  /** The project it belongs to. */
  @Column({ type: 'text' })
  owner: string;

  @Column({ type: 'text', nullable: true })
  name: string | null;

  @Column({ type: 'text' })
  status: ImageStatus;

  @Column({ type: 'text' })
  visibility: 'public' | 'private' | 'shared' | 'community';

  @Column({ type: 'boolean' })
  protected: boolean;

  @Column({ type: 'boolean' })
  hidden: boolean;

  @Column({ name: 'container_format', type: 'text', nullable: true })
  containerFormat: string | null;

  @Column({ name: 'disk_format', type: 'text', nullable: true })
  diskFormat: string | null;

  @Column({ name: 'min_ram', type: 'integer' })
  minRam: number;

  @Column({ name: 'min_disk', type: 'integer' })
  minDisk: number;

  @Column({ type: 'text', array: true })
  tags: string[];

  @Column({ type: 'jsonb' })
  properties: Record<string, string>;

  /** Bytes; the driver gives a bigint as text. */
  @Column({ type: 'bigint', nullable: true })
  size: string | null;

  @Column({ type: 'text', nullable: true })
  md5: string | null;

  @Column({ type: 'text', nullable: true })
  sha512: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}

/** A project with which a `shared` image is shared. */
@Entity({ name: 'image_members' })
@Check('image_members_status', `status IN ('pending', 'accepted', 'rejected')`)
@Index('image_members_project', ['projectId'])
export class ImageMemberEntity {
  @PrimaryColumn({ name: 'image_id', type: 'uuid', primaryKeyConstraintName: 'image_members_pkey' })
  imageId: string;

  @PrimaryColumn({ name: 'project_id', type: 'text', primaryKeyConstraintName: 'image_members_pkey' })
  projectId: string;

  @Column({ type: 'text' })
  status: 'pending' | 'accepted' | 'rejected';

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}

/** The image is at the landlord, whole and verified there. */
@Entity({ name: 'image_placements' })
export class ImagePlacementEntity {
  @PrimaryColumn({ name: 'image_id', type: 'uuid', primaryKeyConstraintName: 'image_placements_pkey' })
  imageId: string;

  @PrimaryColumn({ name: 'landlord_id', type: 'text', primaryKeyConstraintName: 'image_placements_pkey' })
  landlordId: string;

  @Column({ name: 'placed_at', type: 'timestamptz' })
  placedAt: Date;
}
