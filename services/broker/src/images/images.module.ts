import { Module } from '@nestjs/common';
import { LandlordsModule } from '../landlords/landlords.module.js';
import { LeasesModule } from '../market/leases/leases.module.js';
import { GatewayModule } from '../proxy/gateway.module.js';
import { ProxySettingsModule } from '../proxy/proxy-settings.module.js';
import { RegionsModule } from '../proxy/regions/regions.module.js';
import { ImageDataController } from './image-data.controller.js';
import { ImageDepot } from './image-depot.js';
import { ImageDistribution } from './image-distribution.service.js';
import { ImageListService } from './image-list.service.js';
import { ImageMembersController } from './image-members.controller.js';
import { ImageMembersService } from './image-members.service.js';
import { ImageVersionsController } from './image-versions.controller.js';
import { ImagesController } from './images.controller.js';
import { ImagesRepository } from './images.repository.js';
import { ImagesService } from './images.service.js';

@Module({
  imports: [GatewayModule, LandlordsModule, LeasesModule, ProxySettingsModule, RegionsModule],
  controllers: [ImageVersionsController, ImagesController, ImageDataController, ImageMembersController],
  providers: [ImageDepot, ImageDistribution, ImageListService, ImageMembersService, ImagesRepository, ImagesService],
  exports: [ImageDistribution, ImagesService],
})
export class ImagesModule {}
