import { COMPUTE_MAX_MICROVERSION, COMPUTE_MIN_MICROVERSION } from '@ocx/openstack-api/compute/microversions';
import type { Middleware } from '@ocx/service-kit/bootstrap';
import { microversionMiddleware } from '@ocx/service-kit/microversion';
import { transactionIdMiddleware } from './object-store/transaction-id.js';
import { type LandlordRange, regionalMicroversions } from './regional-microversions.js';
import { PLACEMENT_MAX, PLACEMENT_MIN } from './placement/placement-microversions.js';
import { VOLUME_MAX, VOLUME_MIN } from './volume/volume-microversions.js';

const under = (pattern: RegExp) => (path: string) => pattern.test(path);

/** Microversions are negotiated before routing, so that faults carry the headers too. */
export const proxyMiddleware = (landlordRange: LandlordRange): readonly Middleware[] => [
  transactionIdMiddleware,
  regionalMicroversions(
    {
      service: 'compute',
      legacyHeader: 'X-OpenStack-Nova-API-Version',
      min: COMPUTE_MIN_MICROVERSION,
      max: COMPUTE_MAX_MICROVERSION,
      applies: under(/^\/regions\/[^/]+\/compute\/v2\.1(?:[/?]|$)/),
    },
    landlordRange,
  ),
  regionalMicroversions(
    {
      service: 'volume',
      min: VOLUME_MIN,
      max: VOLUME_MAX,
      applies: under(/^\/regions\/[^/]+\/volume\/v3(?:[/?]|$)/),
    },
    landlordRange,
  ),
  microversionMiddleware({
    service: 'placement',
    min: PLACEMENT_MIN,
    max: PLACEMENT_MAX,
    applies: under(/^\/regions\/[^/]+\/placement(?:[/?]|$)/),
  }),
];
