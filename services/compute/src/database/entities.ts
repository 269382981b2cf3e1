import { LANDLORD_ENTITIES, LANDLORD_MIGRATIONS } from '@ocx/landlord-kit/landlord-database';
import { ImageEntity, ImageMemberEntity } from '../images/image.entity.js';
import { KeypairEntity } from '../keypairs/keypair.entity.js';
import { NetworkEntity } from '../networks/network.entity.js';
import { ServerActionEntity } from '../servers/server-action.entity.js';
import { ServerBootEntity } from '../servers/server-boot.entity.js';
import { ServerEntity } from '../servers/server.entity.js';
import { VolumeAttachmentEntity } from '../volume-attachments/volume-attachment.entity.js';
import { CreateCompute1763683200001 } from './migrations/1763683200001-create-compute.js';

export const ENTITIES = [
  ...LANDLORD_ENTITIES,
  NetworkEntity,
  ServerEntity,
  ServerActionEntity,
  ServerBootEntity,
  KeypairEntity,
  ImageEntity,
  ImageMemberEntity,
  VolumeAttachmentEntity,
];

export const MIGRATIONS = [...LANDLORD_MIGRATIONS, CreateCompute1763683200001];
