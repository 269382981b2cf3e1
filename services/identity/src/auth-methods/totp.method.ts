import { Injectable } from '@nestjs/common';
import type { AuthIdentity } from '@ocx/openstack-api/identity/auth';
import { InvalidInput } from '@ocx/service-kit/errors';
import { Secret, TOTP } from 'otpauth';
import { TOTP as TOTP_TYPE } from '../credentials/credential.js';
import { CredentialsRepository } from '../credentials/credentials.repository.js';
import { LoginAttempts } from '../users/login-attempts.service.js';
import type { UserWithDomain } from '../users/user.js';
import { UserLoginsRepository } from '../users/user-logins.repository.js';
import { firstPage } from '../wire/collection.js';
import { type Authentication, refused, usable } from './authentication.js';
import { PasswordMethod } from './password.method.js';

const PERIOD_MS = 30_000;
/** Devices of one user that are tried. */
const AT_MOST = 100;

/** The time step that a passcode is of: this one, or the one before for slow typists. */
function stepOf(secret: string, passcode: string, now: number): number | undefined {
  try {
    const totp = new TOTP({ secret: Secret.fromBase32(secret.replace(/\s/g, '')) });
    const delta = totp.validate({ token: passcode, timestamp: now, window: 1 });
    return delta === 0 || delta === -1 ? Math.floor(now / PERIOD_MS) + delta : undefined;
  } catch {
    // The user's own blob is no base32: no passcode is of it.
    return undefined;
  }
}

/** RFC 6238: six digits of an authenticator whose secret is a credential of type `totp`. Each is good once. */
@Injectable()
export class TotpMethod {
  constructor(
    private readonly passwords: PasswordMethod,
    private readonly credentials: CredentialsRepository,
    private readonly attempts: LoginAttempts,
    private readonly logins: UserLoginsRepository,
  ) {}

  /** Wrong passcodes count as wrong passwords do. */
  async authenticate(payload: AuthIdentity['totp']): Promise<Authentication> {
    if (!payload) throw new InvalidInput('Expecting to find totp in identity.');
    const user = usable(await this.passwords.find(payload.user));
    const locked = await this.attempts.isLocked(user);
    const good = await this.take(user, payload.user.passcode);
    if (user && good && !locked && (await this.attempts.admits(user))) return { user, methods: [TOTP_TYPE] };
    if (!good) await this.attempts.failed(user);
    throw refused();
  }

  private async take(user: UserWithDomain | undefined, passcode: string): Promise<boolean> {
    const { items } = await this.credentials.list({ userId: user?.id ?? '', type: TOTP_TYPE }, firstPage(AT_MOST));
    const now = Date.now();
    const steps = items.flatMap(({ blob }) => stepOf(blob, passcode, now) ?? []);
    return user !== undefined && steps.length > 0 && this.logins.takePasscode(user.id, Math.max(...steps));
  }
}
