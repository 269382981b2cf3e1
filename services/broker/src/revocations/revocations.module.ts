import { Module } from '@nestjs/common';
import { LandlordsModule } from '../landlords/landlords.module.js';
import { FollowedRevocationList } from './followed-revocation-list.js';
import { RevocationFollower } from './revocation-follower.js';

@Module({
  imports: [LandlordsModule],
  providers: [FollowedRevocationList, RevocationFollower],
  exports: [FollowedRevocationList],
})
export class RevocationsModule {}
