import { Module } from '@nestjs/common';
import { InventoryModule } from '../../inventory/inventory.module.js';
import { ProxySettingsModule } from '../proxy-settings.module.js';
import { RegionsModule } from '../regions/regions.module.js';
import { NetworkController } from './network.controller.js';
import { NetworkQuotasController } from './network-quotas.controller.js';

@Module({
  imports: [InventoryModule, ProxySettingsModule, RegionsModule],
  controllers: [NetworkController, NetworkQuotasController],
})
export class NetworkModule {}
