import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { RevocationsController } from './revocations.controller.js';
import { RevocationsRepository } from './revocations.repository.js';
import { RevocationsService } from './revocations.service.js';

@Module({
  imports: [TransactionsModule],
  controllers: [RevocationsController],
  providers: [RevocationsRepository, RevocationsService],
  exports: [RevocationsService, RevocationsRepository],
})
export class RevocationsModule {}
