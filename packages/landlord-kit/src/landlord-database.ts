import { CreateLandlord1763683200000 } from './database/migrations/1763683200000-create-landlord.js';
import { LandlordMoves1763700000000 } from './database/migrations/1763700000000-landlord-moves.js';
import { EnrolmentEntity } from './enrolment/enrolment.entity.js';
import { EventCounterEntity, EventEntity } from './events/event.entity.js';
import { LeaseEntity } from './leases/lease.entity.js';
import { LandlordMoveEntity } from './moves/landlord-move.entity.js';
import { CapacityEntity } from './offers/capacity.entity.js';
import { OfferEntity } from './offers/offer.entity.js';
import { ActivityEntity } from './usage/activity.entity.js';
import { UsageEntity } from './usage/usage.entity.js';

/** Tables of the kit in the landlord's own database; list them besides the service's. */
export const LANDLORD_ENTITIES = [
  EnrolmentEntity,
  LandlordMoveEntity,
  OfferEntity,
  CapacityEntity,
  LeaseEntity,
  UsageEntity,
  ActivityEntity,
  EventEntity,
  EventCounterEntity,
] as const;

export const LANDLORD_MIGRATIONS = [CreateLandlord1763683200000, LandlordMoves1763700000000] as const;
