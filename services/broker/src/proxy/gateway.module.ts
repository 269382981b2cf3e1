import { Module } from '@nestjs/common';
import { LandlordsModule } from '../landlords/landlords.module.js';
import { LandlordGateway } from './landlord-gateway.js';

@Module({ imports: [LandlordsModule], providers: [LandlordGateway], exports: [LandlordGateway] })
export class GatewayModule {}
