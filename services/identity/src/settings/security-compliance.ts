import { z } from 'zod';

const Days = z.coerce.number().int().min(1).max(36_500);

/** A match begins where the password does, as in Keystone. */
const anchored = (text: string): RegExp => new RegExp(`^(?:${text})`);

function isRegularExpression(text: string): boolean {
  try {
    anchored(text);
    return true;
  } catch {
    return false;
  }
}

/** What the operator demands of users and passwords; named as in Keystone's `[security_compliance]`. All off by default. */
export const SecurityComplianceConfig = z.object({
  /** Failed logins after which an account is locked. */
  OCX_LOCKOUT_FAILURE_ATTEMPTS: z.coerce.number().int().min(1).max(1000).optional(),
  /** How long a locked account stays so, in seconds. */
  OCX_LOCKOUT_DURATION: z.coerce.number().int().min(1).max(31_536_000).default(1800),
  /** So many passwords of a user, the new one among them, must differ. */
  OCX_UNIQUE_LAST_PASSWORD_COUNT: z.coerce.number().int().min(0).max(24).default(0),
  /** Days before a user may change a password that they chose. */
  OCX_MINIMUM_PASSWORD_AGE: z.coerce.number().int().min(0).max(36_500).default(0),
  /** Days after which a password expires. */
  OCX_PASSWORD_EXPIRES_DAYS: Days.optional(),
  /** What every password must match. */
  OCX_PASSWORD_REGEX: z
    .string()
    .max(1024)
    .refine(isRegularExpression, { message: 'Not a regular expression.' })
    .optional(),
  /** The same in words, for users. */
  OCX_PASSWORD_REGEX_DESCRIPTION: z.string().max(1024).optional(),
  /** `true`: a password that an administrator set must be changed before it gives a token. */
  OCX_CHANGE_PASSWORD_UPON_FIRST_USE: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
  /** Days without a login after which an account is disabled. */
  OCX_DISABLE_USER_ACCOUNT_DAYS_INACTIVE: Days.optional(),
});
export type SecurityComplianceConfig = z.infer<typeof SecurityComplianceConfig>;

/** The demands as the rest of identity sees them. */
export class SecurityCompliance {
  readonly lockout: { readonly attempts: number; readonly seconds: number } | undefined;
  readonly strength: { readonly pattern: RegExp; readonly description: string } | undefined;
  readonly uniqueCount: number;
  readonly minimumAgeDays: number;
  readonly expiresDays: number | undefined;
  readonly changeUponFirstUse: boolean;
  readonly daysInactive: number | undefined;

  constructor(config: SecurityComplianceConfig) {
    const attempts = config.OCX_LOCKOUT_FAILURE_ATTEMPTS;
    const regex = config.OCX_PASSWORD_REGEX;
    this.lockout = attempts === undefined ? undefined : { attempts, seconds: config.OCX_LOCKOUT_DURATION };
    this.strength =
      regex === undefined
        ? undefined
        : { pattern: anchored(regex), description: config.OCX_PASSWORD_REGEX_DESCRIPTION ?? regex };
    this.uniqueCount = config.OCX_UNIQUE_LAST_PASSWORD_COUNT;
    this.minimumAgeDays = config.OCX_MINIMUM_PASSWORD_AGE;
    this.expiresDays = config.OCX_PASSWORD_EXPIRES_DAYS;
    this.changeUponFirstUse = config.OCX_CHANGE_PASSWORD_UPON_FIRST_USE;
    this.daysInactive = config.OCX_DISABLE_USER_ACCOUNT_DAYS_INACTIVE;
  }
}
