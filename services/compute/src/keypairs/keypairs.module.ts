import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KeypairEntity } from './keypair.entity.js';
import { KeypairsController } from './keypairs.controller.js';
import { KeypairsRepository } from './keypairs.repository.js';
import { KeypairsService } from './keypairs.service.js';

@Module({})
export class KeypairsModule {
  static register(foundation: DynamicModule, quotas: DynamicModule): DynamicModule {
    return {
      module: KeypairsModule,
      imports: [foundation, quotas, TypeOrmModule.forFeature([KeypairEntity])],
      controllers: [KeypairsController],
      providers: [KeypairsRepository, KeypairsService],
      exports: [KeypairsService],
    };
  }
}
