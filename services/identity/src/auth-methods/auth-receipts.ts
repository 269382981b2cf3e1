import { Injectable } from '@nestjs/common';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { jwtVerify } from 'jose';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { RevocationsService } from '../revocations/revocations.service.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { KeyRing } from '../signing-keys/key-ring.js';
import type { UserWithDomain } from '../users/user.js';
import { refused } from './authentication.js';

const TYPE = 'auth-receipt+jwt';
const AUDIENCE = 'ocx:auth-receipt';
/** Keystone's `[receipt] expiration`. */
const LIFE_SECONDS = 300;

const Claims = z.object({ sub: z.string(), jti: z.string(), iat: z.int(), methods: z.array(z.string()).min(1) });

export interface AuthReceipt {
  readonly id: string;
  readonly user: UserWithDomain;
  readonly methods: readonly string[];
  readonly required: readonly (readonly string[])[];
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What was proved is right, and the user's rules want more. Not an answer that tells strangers anything. */
export class MoreMethodsNeeded extends Unauthenticated {
  constructor(readonly receipt: AuthReceipt) {
    super('Additional authentications steps required.');
  }
}

/** Receipts for a part of a login: signed, short-lived, and good for nothing else. */
@Injectable()
export class AuthReceipts {
  constructor(
    private readonly ring: KeyRing,
    private readonly revocations: RevocationsService,
    private readonly settings: IdentitySettings,
  ) {}

  async issue(
    user: UserWithDomain,
    methods: readonly string[],
    required: readonly (readonly string[])[],
  ): Promise<AuthReceipt> {
    const issuedAt = await this.revocations.issueTime(user.id, undefined);
    const expiresAt = issuedAt + LIFE_SECONDS;
    const standard = { iss: this.settings.issuer, aud: AUDIENCE, jti: randomUUID(), iat: issuedAt, exp: expiresAt };
    const id = await this.ring.current.sign(TYPE, { ...standard, sub: user.id, methods });
    return { id, user, methods, required, issuedAt, expiresAt };
  }

  /** The methods that a live receipt of this user proves. Throws {@link Unauthenticated}. */
  async methodsOf(receipt: string, userId: string): Promise<readonly string[]> {
    const { payload } = await jwtVerify(receipt, this.ring.verificationKey, {
      algorithms: ['ES256'],
      typ: TYPE,
      issuer: this.settings.issuer,
      audience: AUDIENCE,
    }).catch((error: unknown) => {
      throw refused(error);
    });
    const claims = Claims.parse(payload);
    const marks = { auditIds: [claims.jti], userId: claims.sub, issuedAt: new Date(claims.iat * 1000) };
    if (claims.sub !== userId || (await this.revocations.isRevoked(marks))) throw refused();
    return claims.methods;
  }
}
