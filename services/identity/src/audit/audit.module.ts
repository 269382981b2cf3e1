import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TransactionsModule } from '../database/transactions.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { AuditController } from './audit.controller.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { AuditLog } from './audit-log.js';
import { AuditRecordsRepository } from './audit-records.repository.js';
import { AuditRetention } from './audit-retention.service.js';

@Module({
  imports: [TransactionsModule, SettingsModule],
  controllers: [AuditController],
  providers: [
    AuditRecordsRepository,
    AuditLog,
    AuditRetention,
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  exports: [AuditLog, AuditRetention],
})
export class AuditModule {}
