import { InvalidInput } from '@ocx/service-kit/errors';
import type { Region } from './regions/region.js';

/** The region of the landlord that an availability zone names; undefined leaves the choice to the market. */
export function zoneRegion(zone: string | null | undefined, region: Region): string | undefined {
  if (zone === undefined || zone === null || zone === '') {
    return region.combined ? undefined : region.name;
  }
  if (zone.includes(':'))
    throw new InvalidInput('An availability zone is a landlord; naming a host of it is not allowed.');
  const landlord = region.landlords.find(({ name }) => name === zone);
  if (!landlord) throw new InvalidInput('The requested availability zone is not available');
  return landlord.region;
}
