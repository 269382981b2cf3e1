import {
  VOLUME_MAX_MICROVERSION as MAX,
  VOLUME_MIN_MICROVERSION as MIN,
} from '@ocx/openstack-api/block-storage/microversions';
import { formatMicroversion, microversionMiddleware, type MicroversionOptions } from '@ocx/service-kit/microversion';

/** What a storage landlord tells the exchange at enrolment. */
export const BLOCK_STORAGE_MICROVERSIONS = { min: formatMicroversion(MIN), max: formatMicroversion(MAX) };

/** `OpenStack-API-Version: volume X` on Cinder's paths; the version documents carry no version themselves. */
export const VOLUME_MICROVERSIONS: MicroversionOptions = {
  service: 'volume',
  min: MIN,
  max: MAX,
  applies: (path) => /^\/v3\/[^?]/.test(path),
};
export const blockStorageMicroversions = microversionMiddleware(VOLUME_MICROVERSIONS);

/** Clients ask for `/v3/`, and decorators cannot name a path that ends in a slash. */
export const routableBlockStorageUrl = (url: string): string => url.replace(/^\/v3\/(?=\?|$)/, '/v3');
