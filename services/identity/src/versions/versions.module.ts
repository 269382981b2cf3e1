import { Module } from '@nestjs/common';
import { SettingsModule } from '../settings/settings.module.js';
import { VersionsController } from './versions.controller.js';

@Module({ imports: [SettingsModule], controllers: [VersionsController] })
export class VersionsModule {}
