import { BaseConfig } from '@ocx/service-kit/config';
import { z } from 'zod';
import { DEFAULT_DOMAIN_ID } from '../domains/domain.js';
import { SecurityComplianceConfig } from './security-compliance.js';

/** The operator's own project: `admin` there is the operator of the exchange, as Keystone's admin_project_name. */
export const ADMIN_PROJECT_NAME = 'admin';

/** Identity's settings. Each is an environment variable of the same name. */
export const IdentityConfig = BaseConfig.extend({
  ...SecurityComplianceConfig.shape,
  /** Where the first start writes the generated password of `admin`, mode 0600; without it the password is printed once. */
  OCX_BOOTSTRAP_ADMIN_PASSWORD_FILE: z.string().startsWith('/').optional(),
  /** The one-time code with which the broker enrols its key. */
  OCX_BROKER_ENROLMENT_CODE: z.string().min(16).max(256).optional(),
  /** Comma-separated URLs of dashboards that may receive a token after a browser login. */
  OCX_TRUSTED_DASHBOARDS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((url) => url.trim())
        .filter((url) => url !== ''),
    )
    .pipe(z.array(z.url({ protocol: /^https?$/ })).max(100)),
  /** Comma list of `host:port` or CIDR: loopback and private addresses that may have the metadata of home organisations. */
  OCX_ALLOWED_METADATA_ADDRESSES: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((rule) => rule.trim())
        .filter((rule) => rule !== ''),
    ),
  /** How often each metadata source is asked. */
  OCX_METADATA_REFRESH_SECONDS: z.coerce.number().int().min(1).max(604_800).default(3600),
  /**
   * `true`: whoever has the role admin on any project is an operator of the exchange, as in a Keystone that names no
   * admin project. By default only the project `admin` is the operator's.
   */
  OCX_EVERY_PROJECT_IS_ADMIN_PROJECT: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
  /** Life of an exchange token. */
  OCX_TOKEN_LIFETIME_SECONDS: z.coerce.number().int().min(60).max(86_400).default(3600),
  /** A signing key gets a successor when it is this old. */
  OCX_SIGNING_KEY_MAX_AGE_DAYS: z.coerce.number().int().min(1).max(366).default(90),
  /** How long the hashes of tokens minted for landlords are kept after these expired. */
  OCX_MINTED_TOKEN_LOG_DAYS: z.coerce.number().int().min(1).max(3650).default(90),
  /** How long a user has to authorize what an OAuth consumer asks for. */
  OCX_OAUTH1_REQUEST_TOKEN_SECONDS: z.coerce.number().int().min(1).max(2_592_000).default(28_800),
  /** How long an OAuth consumer keeps what it was given; 0: until its user takes it back. */
  OCX_OAUTH1_ACCESS_TOKEN_SECONDS: z.coerce.number().int().min(0).max(315_360_000).default(86_400),
  /** Days that records of the audit trail stay in the database, before they go to files; for good when not set. */
  OCX_AUDIT_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_500).optional(),
  /** Memory of one password hash (argon2id), in KiB, and how often it goes over it. A hash of another cost is replaced at the next login. */
  OCX_PASSWORD_HASH_MEMORY_KIB: z.coerce.number().int().min(19_456).max(1_048_576).default(19_456),
  OCX_PASSWORD_HASH_PASSES: z.coerce.number().int().min(2).max(32).default(12),
  /** Between two rounds of taking away rows whose time is over. */
  OCX_HOUSEKEEPING_SECONDS: z.coerce.number().int().min(1).max(3600).default(60),
});
export type IdentityConfig = z.infer<typeof IdentityConfig>;

/** The settings as the rest of identity sees them. */
export class IdentitySettings {
  constructor(readonly config: IdentityConfig) {}

  /** The base of every link: the public URL and `/v3`. It is also `iss` of every token. */
  get base(): string {
    return `${this.config.OCX_PUBLIC_URL}/v3`;
  }

  get issuer(): string {
    return this.base;
  }

  get publicUrl(): string {
    return this.config.OCX_PUBLIC_URL;
  }

  /** Whether browsers reach identity by https. */
  get isSecure(): boolean {
    return this.publicUrl.startsWith('https:');
  }

  get tokenLifetimeSeconds(): number {
    return this.config.OCX_TOKEN_LIFETIME_SECONDS;
  }

  /** Whether the role admin on this project is the operator's. */
  isAdminProject(project: { readonly name: string; readonly domainId: string }): boolean {
    if (this.config.OCX_EVERY_PROJECT_IS_ADMIN_PROJECT) return true;
    return project.name === ADMIN_PROJECT_NAME && project.domainId === DEFAULT_DOMAIN_ID;
  }

  /** Exact matches only: a prefix would let `https://dashboard.example.evil.net` in. */
  isTrustedDashboard(origin: string): boolean {
    return this.config.OCX_TRUSTED_DASHBOARDS.includes(origin);
  }
}
