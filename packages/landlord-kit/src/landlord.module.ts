import { readFileSync } from 'node:fs';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { HttpClient } from '@ocx/openstack-client/http';
import { authModule } from '@ocx/service-kit/auth';
import { TokenVerifier } from '@ocx/service-kit/token-verifier';
import { EnrolmentClient } from './enrolment/enrolment-client.js';
import { EnrolmentController } from './enrolment/enrolment.controller.js';
import { EnrolmentRepository } from './enrolment/enrolment.repository.js';
import { LandlordKeys } from './enrolment/landlord-keys.js';
import { LandlordParty } from './enrolment/landlord-party.js';
import { EventsController } from './events/events.controller.js';
import { EventsRepository } from './events/events.repository.js';
import { LandlordEvents } from './events/landlord-events.js';
import { LANDLORD_OPTIONS, type LandlordOptions } from './landlord-options.js';
import { LandlordVerifier } from './landlord-verifier.js';
import { LeaseClaim } from './leases/lease-claim.service.js';
import { LeaseEnding } from './leases/lease-ending.service.js';
import { LeaseExpiry } from './leases/lease-expiry.js';
import { LeasesController } from './leases/leases.controller.js';
import { LeasesRepository } from './leases/leases.repository.js';
import { LeasesService } from './leases/leases.service.js';
import { ServiceResources } from './leases/service-resources.js';
import { LandlordMover } from './moves/landlord-mover.js';
import { LandlordMovesRepository } from './moves/landlord-moves.repository.js';
import { SecondPort } from './moves/second-port.js';
import { CapacityRepository } from './offers/capacity.repository.js';
import { Capacity } from './offers/capacity.service.js';
import { LandlordFile } from './offers/landlord-file.service.js';
import { OfferBook } from './offers/offer-book.js';
import { OfferPublisher } from './offers/offer-publisher.js';
import { OffersController } from './offers/offers.controller.js';
import { OwnUse } from './offers/own-use.js';
import { OffersRepository } from './offers/offers.repository.js';
import { RevocationFollower } from './revocations/revocation-follower.js';
import { RevokedTokenList } from './revocations/revoked-token-list.js';
import { ActivityRepository } from './usage/activity.repository.js';
import { LeaseActivity } from './usage/lease-activity.js';
import { UsageRepository } from './usage/usage.repository.js';
import { UsageService } from './usage/usage.service.js';

@Module({})
class LandlordModule {}

// The address is the administrator's own choice, so every address may be called; the authorities are the configured ones.
function exchangeClient({ config }: LandlordOptions): HttpClient {
  const { OCX_CA_FILE: file } = config;
  return new HttpClient({ connections: 4, ...(file === undefined ? {} : { ca: readFileSync(file, 'utf8') }) });
}

function parties(options: LandlordOptions): Provider[] {
  return [
    { provide: LANDLORD_OPTIONS, useValue: options },
    { provide: HttpClient, useFactory: () => exchangeClient(options) },
    { provide: LandlordFile, useFactory: () => LandlordFile.load(options) },
    { provide: LandlordKeys, useFactory: () => LandlordKeys.load(options.config.OCX_DATA_DIR) },
    {
      provide: LandlordParty,
      inject: [LandlordKeys, EnrolmentRepository],
      useFactory: (keys: LandlordKeys, repository: EnrolmentRepository) =>
        LandlordParty.load(keys, repository, options.config.OCX_IDENTITY_URL),
    },
    {
      provide: LandlordVerifier,
      inject: [LandlordParty, LandlordFile, RevokedTokenList],
      useFactory: (party: LandlordParty, file: LandlordFile, revoked: RevokedTokenList) =>
        new LandlordVerifier(party, file, options.config, revoked),
    },
  ];
}

/**
 * Everything a landlord does besides its OpenStack API (see this package's README). The database module must be imported
 * beside it with the kit's entities and migrations, and the service must provide `LeasedResources` somewhere. Import the
 * same returned object wherever its exports are needed.
 */
export function landlordModule(options: LandlordOptions): DynamicModule {
  return {
    module: LandlordModule,
    controllers: [EnrolmentController, OffersController, LeasesController, EventsController],
    providers: [
      ...parties(options),
      EnrolmentRepository,
      EnrolmentClient,
      LandlordMovesRepository,
      LandlordMover,
      SecondPort,
      RevokedTokenList,
      RevocationFollower,
      EventsRepository,
      LandlordEvents,
      OffersRepository,
      CapacityRepository,
      Capacity,
      OfferBook,
      OfferPublisher,
      OwnUse,
      LeasesRepository,
      LeasesService,
      LeaseClaim,
      LeaseEnding,
      LeaseExpiry,
      ServiceResources,
      ActivityRepository,
      LeaseActivity,
      UsageRepository,
      UsageService,
    ],
    exports: [LandlordParty, LandlordFile, LeasesService, LeaseEnding, LeaseActivity, LandlordVerifier, OwnUse],
  };
}

/** The global guards of a landlord's service: give it what {@link landlordModule} returned. */
export function landlordAuth(landlord: DynamicModule): DynamicModule {
  return authModule({
    imports: [landlord],
    verifier: { provide: TokenVerifier, useExisting: LandlordVerifier },
  });
}
