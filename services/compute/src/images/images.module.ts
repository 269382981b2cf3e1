import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ImageDiscoveryController } from './image-discovery.controller.js';
import { ImageEntity, ImageMemberEntity } from './image.entity.js';
import { ImageFiles } from './image-files.js';
import { ImageImporter } from './image-importer.js';
import { ImagesController } from './images.controller.js';
import { ImagesRepository } from './images.repository.js';
import { ImagesService } from './images.service.js';

@Module({})
export class ImagesModule {
  static register(foundation: DynamicModule): DynamicModule {
    return {
      module: ImagesModule,
      imports: [foundation, TypeOrmModule.forFeature([ImageEntity, ImageMemberEntity])],
      controllers: [ImageDiscoveryController, ImagesController],
      providers: [ImageFiles, ImageImporter, ImagesRepository, ImagesService],
      exports: [ImagesService],
    };
  }
}
