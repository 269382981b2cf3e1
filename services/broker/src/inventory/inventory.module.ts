import { Module } from '@nestjs/common';
import { ContainersRepository } from './containers.repository.js';
import { InventoryRepository } from './inventory.repository.js';
import { InventoryService } from './inventory.service.js';

@Module({
  providers: [ContainersRepository, InventoryRepository, InventoryService],
  exports: [ContainersRepository, InventoryRepository, InventoryService],
})
export class InventoryModule {}
