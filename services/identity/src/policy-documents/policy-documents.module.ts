import { Module } from '@nestjs/common';
import { SettingsModule } from '../settings/settings.module.js';
import { PolicyDocumentsController } from './policy-documents.controller.js';
import { PolicyDocumentsRepository } from './policy-documents.repository.js';
import { PolicyDocumentsService } from './policy-documents.service.js';

@Module({
  imports: [SettingsModule],
  controllers: [PolicyDocumentsController],
  providers: [PolicyDocumentsRepository, PolicyDocumentsService],
  exports: [PolicyDocumentsService],
})
export class PolicyDocumentsModule {}
