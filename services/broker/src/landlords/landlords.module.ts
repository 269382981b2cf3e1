import { Module } from '@nestjs/common';
import { PartyModule } from './party.module.js';
import { EndpointChallenge } from './endpoint-challenge.js';
import { EnrolmentService } from './enrolment.service.js';
import { IdentityRegistry } from './identity-registry.js';
import { InventoryListeners } from './inventory-listener.js';
import { LandlordBreaker } from './landlord-breaker.js';
import { LandlordConnections } from './landlord-connections.js';
import { LandlordDocuments } from './landlord-documents.js';
import { LandlordMovesRepository } from './landlord-moves.repository.js';
import { LandlordMovesService } from './landlord-moves.service.js';
import { LandlordsController } from './landlords.controller.js';
import { LandlordsRepository } from './landlords.repository.js';
import { LandlordsService } from './landlords.service.js';

@Module({
  imports: [PartyModule],
  controllers: [LandlordsController],
  providers: [
    EndpointChallenge,
    EnrolmentService,
    IdentityRegistry,
    InventoryListeners,
    LandlordBreaker,
    LandlordConnections,
    LandlordDocuments,
    LandlordMovesRepository,
    LandlordMovesService,
    LandlordsRepository,
    LandlordsService,
  ],
  exports: [
    InventoryListeners,
    LandlordBreaker,
    LandlordConnections,
    LandlordDocuments,
    LandlordsRepository,
    LandlordsService,
    PartyModule,
  ],
})
export class LandlordsModule {}
