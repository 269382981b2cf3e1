import type { Middleware } from '@ocx/service-kit/bootstrap';
import { microversionMiddleware, type MicroversionOptions } from '@ocx/service-kit/microversion';
import { COMBINED_REGION } from './regions/region.js';
import { overlap } from './microversion-overlap.js';

/** What the landlord of a region speaks; undefined for a region that is no landlord's. */
export type LandlordRange = (region: string) => Promise<{ min: string; max: string } | undefined>;

const REGION = /^\/regions\/([^/?]+)/;

/**
 * Negotiates microversions: the fixed range in the combined region, in a landlord's own region what both it and the
 * broker speak. What is outside is 406, as the region's version document says.
 */
export function regionalMicroversions(options: MicroversionOptions, landlordRange: LandlordRange): Middleware {
  const combined = microversionMiddleware(options);
  return (request, response, next) => {
    const path = request.originalUrl ?? request.url ?? '/';
    const region = REGION.exec(path)?.[1];
    if (region === undefined || region === COMBINED_REGION || !options.applies(path)) {
      combined(request, response, next);
      return;
    }
    landlordRange(region)
      // Without the database the request fails where it needs it, with a fault; here it is only a range.
      .catch(() => undefined)
      .then((range) => {
        const negotiate = range ? microversionMiddleware({ ...options, ...overlap(options, range) }) : combined;
        negotiate(request, response, next);
      }, next);
  };
}
