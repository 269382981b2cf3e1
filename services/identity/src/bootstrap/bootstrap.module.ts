import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { TransactionsModule } from '../database/transactions.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { ExchangePartiesModule } from '../exchange-parties/exchange-parties.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { RoleAssignmentsModule } from '../role-assignments/role-assignments.module.js';
import { RolesModule } from '../roles/roles.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { UsersModule } from '../users/users.module.js';
import { BootstrapService } from './bootstrap.service.js';
import { BrokerEnrolment } from './broker-enrolment.js';
import { FirstAdministrator } from './first-administrator.js';
import { KeystoneDefaults } from './keystone-defaults.js';

@Module({
  imports: [
    SettingsModule,
    TransactionsModule,
    DomainsModule,
    ProjectsModule,
    UsersModule,
    RolesModule,
    RoleAssignmentsModule,
    CatalogModule,
    ExchangePartiesModule,
  ],
  providers: [BootstrapService, KeystoneDefaults, FirstAdministrator, BrokerEnrolment],
  exports: [BootstrapService],
})
export class BootstrapModule {}
