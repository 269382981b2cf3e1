import { z } from 'zod';
import { BaseConfig } from '@ocx/service-kit/config';

/** Settings every landlord has besides those of every service. A landlord's service extends this with its own. */
export const LandlordConfig = BaseConfig.extend({
  /** JSON file with name, offers, capacity and admission; schema in `offers/landlord-file.ts`. */
  OCX_LANDLORD_CONFIG: z.string().startsWith('/'),
  /** The broker's API origin. Without it the landlord serves only its own users. */
  OCX_EXCHANGE_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Where identity's keys are fetched, when the address that the exchange tells tenants cannot be reached from here. */
  OCX_IDENTITY_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, '').replace(/\/v3$/, ''))
    .optional(),
  /** One-time code from the exchange's operator; needed until enrolled, ignored afterwards. */
  OCX_ENROLMENT_CODE: z.string().max(256).optional(),
  /** `iss` of the landlord's own identity service, for its own users; with OCX_STANDALONE_JWKS_URL. */
  OCX_STANDALONE_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OCX_STANDALONE_JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
  /**
   * The Keystone of the landlord's own users, and the service's own user there, which reads limits: with these the quotas
   * are that Keystone's unified limits, and OCX_QUOTA_* count no longer. The user needs the role reader on the system.
   */
  OCX_STANDALONE_AUTH_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, '').replace(/\/v3$/, ''))
    .optional(),
  OCX_STANDALONE_USER: z.string().min(1).max(255).optional(),
  /** By name. */
  OCX_STANDALONE_USER_DOMAIN: z.string().min(1).max(64).default('Default'),
  OCX_STANDALONE_PASSWORD: z.string().min(1).max(4096).optional(),
  /** This landlord's region in that Keystone's catalog, whose registered limits outrank those for everywhere. */
  OCX_STANDALONE_REGION: z.string().min(1).max(255).optional(),
});
export type LandlordConfig = z.infer<typeof LandlordConfig>;
