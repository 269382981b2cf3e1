import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { RolesModule } from '../roles/roles.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { UsersModule } from '../users/users.module.js';
import { AssignmentReferences } from './assignment-references.js';
import { InheritedGrantsController } from './inherited-grants.controller.js';
import { RoleAssignmentsController } from './role-assignments.controller.js';
import { RoleAssignmentsRepository } from './role-assignments.repository.js';
import { RoleAssignmentsService } from './role-assignments.service.js';

@Module({
  imports: [
    SettingsModule,
    TransactionsModule,
    RevocationsModule,
    DomainsModule,
    ProjectsModule,
    UsersModule,
    GroupsModule,
    RolesModule,
  ],
  controllers: [RoleAssignmentsController, InheritedGrantsController],
  providers: [RoleAssignmentsRepository, RoleAssignmentsService, AssignmentReferences],
  exports: [RoleAssignmentsService],
})
export class RoleAssignmentsModule {}
