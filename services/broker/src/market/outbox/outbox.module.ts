import { Module } from '@nestjs/common';
import { AmendmentsModule } from '../amendments/amendments.module.js';
import { LeasesModule } from '../leases/leases.module.js';
import { OutboxWorker } from './outbox-worker.js';

@Module({ imports: [AmendmentsModule, LeasesModule], providers: [OutboxWorker], exports: [OutboxWorker] })
export class OutboxModule {}
