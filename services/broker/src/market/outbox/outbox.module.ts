import { Module } from '@nestjs/common';
import { LeasesModule } from '../leases/leases.module.js';
import { OutboxWorker } from './outbox-worker.js';

@Module({ imports: [LeasesModule], providers: [OutboxWorker], exports: [OutboxWorker] })
export class OutboxModule {}
