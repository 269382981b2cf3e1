import type { Landlord } from '../../landlords/landlord.js';

/** Name of the region that is all landlords together. */
export const COMBINED_REGION = 'exchange';

/** The part of the cloud that a URL names: every landlord of a kind, or one. */
export interface Region {
  readonly name: string;
  readonly combined: boolean;
  /** The landlords of the asked kind; a landlord's own region has exactly one. */
  readonly landlords: readonly Landlord[];
}

export function isIn(region: Region, landlordId: string): boolean {
  return region.landlords.some((landlord) => landlord.id === landlordId);
}
