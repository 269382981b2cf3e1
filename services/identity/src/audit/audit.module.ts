import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TransactionsModule } from '../database/transactions.module.js';
import { AuditController } from './audit.controller.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { AuditLog } from './audit-log.js';
import { AuditRecordsRepository } from './audit-records.repository.js';

@Module({
  imports: [TransactionsModule],
  controllers: [AuditController],
  providers: [AuditRecordsRepository, AuditLog, { provide: APP_INTERCEPTOR, useClass: AuditInterceptor }],
  exports: [AuditLog],
})
export class AuditModule {}
