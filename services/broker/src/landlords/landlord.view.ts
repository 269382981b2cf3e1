import type { Landlord } from './landlord.js';

export function landlordView(landlord: Landlord, reachable: boolean) {
  const { id, name, kind, region, state, description, jkt } = landlord;
  return { id, name, kind, region, state, reachable, description, jkt };
}
