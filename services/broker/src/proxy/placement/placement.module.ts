import { Module } from '@nestjs/common';
import { OffersModule } from '../../market/offers/offers.module.js';
import { ProxySettingsModule } from '../proxy-settings.module.js';
import { RegionsModule } from '../regions/regions.module.js';
import { PlacementController } from './placement.controller.js';

@Module({ imports: [OffersModule, ProxySettingsModule, RegionsModule], controllers: [PlacementController] })
export class PlacementModule {}
