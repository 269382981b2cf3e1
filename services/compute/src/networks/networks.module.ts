import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NetworkEntity } from './network.entity.js';
import { NetworksRepository } from './networks.repository.js';
import { NetworksService } from './networks.service.js';

@Module({})
export class NetworksModule {
  static register(foundation: DynamicModule): DynamicModule {
    return {
      module: NetworksModule,
      imports: [foundation, TypeOrmModule.forFeature([NetworkEntity])],
      providers: [NetworksRepository, NetworksService],
      exports: [NetworksService],
    };
  }
}
