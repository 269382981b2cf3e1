import { Controller, Get } from '@nestjs/common';
import { LandlordFile } from '@ocx/landlord-kit/offers/landlord-file.service';
import { AvailabilityZones } from '@ocx/openstack-api/compute/availability-zones';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { listZones } from './availability-zones.policy.js';

/** The availability zone is always the landlord. */
@Controller('v2.1/os-availability-zone')
export class AvailabilityZonesController {
  constructor(private readonly landlord: LandlordFile) {}

  @Get()
  @Policy(listZones)
  @Operation({ answers: { 200: AvailabilityZones } })
  list() {
    const { region, closed } = this.landlord.current();
    return { availabilityZoneInfo: [{ zoneName: region, zoneState: { available: !closed }, hosts: null }] };
  }
}
