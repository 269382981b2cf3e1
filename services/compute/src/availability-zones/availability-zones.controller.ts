import { Controller, Get } from '@nestjs/common';
import { anyPrincipal } from '@ocx/landlord-kit/landlord.policy';
import { LandlordFile } from '@ocx/landlord-kit/offers/landlord-file.service';
import { Policy } from '@ocx/service-kit/auth';

/** The availability zone is always the landlord. */
@Controller('v2.1/os-availability-zone')
export class AvailabilityZonesController {
  constructor(private readonly landlord: LandlordFile) {}

  @Get()
  @Policy(anyPrincipal)
  list() {
    const { region, closed } = this.landlord.current();
    return { availabilityZoneInfo: [{ zoneName: region, zoneState: { available: !closed }, hosts: null }] };
  }
}
