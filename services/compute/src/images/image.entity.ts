import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity('images')
@Index('images_owner', ['realm', 'projectId'])
export class ImageEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('varchar', { length: 8 })
  realm: 'exchange' | 'own';

  @Column('varchar', { name: 'project_id', length: 64 })
  projectId: string;

  @Column('varchar', { length: 255, nullable: true })
  name: string | null;

  @Column('varchar', { length: 16 })
  visibility: 'public' | 'private' | 'shared' | 'community';

  @Column('varchar', { length: 16 })
  status: 'queued' | 'saving' | 'importing' | 'active' | 'killed';

  @Column('boolean', { name: 'is_protected' })
  protected: boolean;

  @Column('boolean', { name: 'os_hidden' })
  osHidden: boolean;

  @Column('varchar', { name: 'container_format', length: 16, nullable: true })
  containerFormat: string | null;

  @Column('varchar', { name: 'disk_format', length: 16, nullable: true })
  diskFormat: string | null;

  @Column('integer', { name: 'min_ram' })
  minRam: number;

  @Column('integer', { name: 'min_disk' })
  minDisk: number;

  @Column('jsonb')
  tags: string[];

  @Column('jsonb')
  properties: Record<string, string>;

  /** bigint: a string in JavaScript. */
  @Column('bigint', { nullable: true })
  size: string | null;

  @Column('bigint', { name: 'virtual_size', nullable: true })
  virtualSize: string | null;

  @Column('char', { length: 32, nullable: true })
  md5: string | null;

  @Column('char', { length: 128, nullable: true })
  sha512: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}

/** A project, other than its owner's, that may boot from an image. */
@Entity('image_members')
export class ImageMemberEntity {
  @ForeignKey('ImageEntity', { onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'image_id' })
  imageId: string;

  @PrimaryColumn('varchar', { name: 'project_id', length: 64 })
  projectId: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
