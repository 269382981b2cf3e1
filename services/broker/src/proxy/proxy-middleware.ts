import { VOLUME_MAX_MICROVERSION, VOLUME_MIN_MICROVERSION } from '@ocx/openstack-api/block-storage/microversions';
import { COMPUTE_MAX_MICROVERSION, COMPUTE_MIN_MICROVERSION } from '@ocx/openstack-api/compute/microversions';
import type { Middleware } from '@ocx/service-kit/bootstrap';
import { microversionMiddleware, type MicroversionOptions } from '@ocx/service-kit/microversion';
import { transactionIdMiddleware } from './object-store/transaction-id.js';
import { PLACEMENT_MAX, PLACEMENT_MIN } from './placement/placement-microversions.js';

const under = (pattern: RegExp) => (path: string) => pattern.test(path);

/** The versioned APIs: one range in every region. */
export const API_MICROVERSIONS: readonly MicroversionOptions[] = [
  {
    service: 'compute',
    legacyHeader: 'X-OpenStack-Nova-API-Version',
    min: COMPUTE_MIN_MICROVERSION,
    max: COMPUTE_MAX_MICROVERSION,
    applies: under(/^\/regions\/[^/]+\/compute\/v2\.1(?:[/?]|$)/),
  },
  {
    service: 'volume',
    min: VOLUME_MIN_MICROVERSION,
    max: VOLUME_MAX_MICROVERSION,
    applies: under(/^\/regions\/[^/]+\/volume\/v3(?:[/?]|$)/),
  },
  {
    service: 'placement',
    min: PLACEMENT_MIN,
    max: PLACEMENT_MAX,
    applies: under(/^\/regions\/[^/]+\/placement(?:[/?]|$)/),
  },
];

/** Microversions are negotiated before routing, so that faults carry the headers too. */
export const proxyMiddleware: readonly Middleware[] = [
  transactionIdMiddleware,
  ...API_MICROVERSIONS.map(microversionMiddleware),
];
