import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LandlordAttachmentsController } from './landlord-attachments.controller.js';
import { ServerVolumes } from './server-volumes.js';
import { StorageLandlord } from './storage-landlord.js';
import { VolumeAttachmentEntity } from './volume-attachment.entity.js';
import { VolumeAttachmentsRepository } from './volume-attachments.repository.js';
import { VolumeAttachmentsService } from './volume-attachments.service.js';

@Module({})
export class VolumeAttachmentsModule {
  static register(foundation: DynamicModule, store: DynamicModule): DynamicModule {
    return {
      module: VolumeAttachmentsModule,
      imports: [foundation, store, TypeOrmModule.forFeature([VolumeAttachmentEntity])],
      controllers: [LandlordAttachmentsController],
      providers: [VolumeAttachmentsRepository, StorageLandlord, ServerVolumes, VolumeAttachmentsService],
      exports: [ServerVolumes, VolumeAttachmentsService],
    };
  }
}
