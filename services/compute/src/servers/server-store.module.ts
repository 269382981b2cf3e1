import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ServerEntity } from './server.entity.js';
import { ServersRepository } from './servers.repository.js';

/** The servers' rows alone, for capabilities that servers are built of. */
@Module({})
export class ServerStoreModule {
  static register(): DynamicModule {
    return {
      module: ServerStoreModule,
      imports: [TypeOrmModule.forFeature([ServerEntity])],
      providers: [ServersRepository],
      exports: [ServersRepository],
    };
  }
}
