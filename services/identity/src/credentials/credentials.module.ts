import { Module } from '@nestjs/common';
import { ApplicationCredentialsModule } from '../application-credentials/application-credentials.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { RoleAssignmentsModule } from '../role-assignments/role-assignments.module.js';
import { SealingModule } from '../sealing/sealing.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { UsersModule } from '../users/users.module.js';
import { CredentialsController } from './credentials.controller.js';
import { CredentialsRepository } from './credentials.repository.js';
import { CredentialsService } from './credentials.service.js';
import { Delegations } from './delegations.js';
import { Ec2CredentialsController } from './ec2-credentials.controller.js';
import { Ec2CredentialsService } from './ec2-credentials.service.js';

@Module({
  imports: [
    SettingsModule,
    SealingModule,
    UsersModule,
    ProjectsModule,
    ApplicationCredentialsModule,
    RoleAssignmentsModule,
  ],
  controllers: [CredentialsController, Ec2CredentialsController],
  providers: [CredentialsRepository, CredentialsService, Ec2CredentialsService, Delegations],
  exports: [CredentialsRepository, Ec2CredentialsService],
})
export class CredentialsModule {}
