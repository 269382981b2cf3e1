import { BlockStorage1763691000000 } from '../database/migrations/1763691000000-block-storage.js';
import { AttachmentEntity } from './attachments/attachment.entity.js';
import { VolumeEntity } from './volumes/volume.entity.js';

/** Tables of block storage, for the service's own list. */
export const BLOCK_STORAGE_ENTITIES = [VolumeEntity, AttachmentEntity] as const;
export const BLOCK_STORAGE_MIGRATIONS = [BlockStorage1763691000000] as const;
