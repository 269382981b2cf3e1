import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SettingsModule } from '../settings/settings.module.js';
import { DomainLookups } from './domain-lookups.repository.js';
import { DomainScope } from './domain-scope.service.js';
import { DomainScopeGuard } from './domain-scope.guard.js';

/** To be imported after the module that guards the routes: its guard comes after theirs. */
@Module({
  imports: [SettingsModule],
  providers: [DomainLookups, DomainScope, { provide: APP_GUARD, useClass: DomainScopeGuard }],
})
export class PersonasModule {}
