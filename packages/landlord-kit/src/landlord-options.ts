import type { LandlordKind } from '@ocx/openstack-api/exchange/documents';
import type { LandlordConfig } from './landlord.config.js';

export const LANDLORD_OPTIONS = Symbol('LANDLORD_OPTIONS');

export interface LandlordOptions {
  readonly config: LandlordConfig;
  readonly kind: LandlordKind;
  /** Oldest and newest microversion of the compute or volume API, such as `2.1` and `2.90`. */
  readonly microversions: { readonly min: string; readonly max: string };
  /** The units in which this kind of landlord states its capacity; the file must give each of them. */
  readonly capacityUnits: readonly string[];
}
