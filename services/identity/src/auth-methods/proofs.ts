import { Injectable } from '@nestjs/common';
import type { AuthIdentity } from '@ocx/openstack-api/identity/auth';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { ApplicationCredentialMethod } from './application-credential.method.js';
import { type Authentication, refused } from './authentication.js';
import { PasswordMethod } from './password.method.js';
import { TokenMethod } from './token.method.js';
import { TotpMethod } from './totp.method.js';

/** Every way to prove who one is. */
@Injectable()
export class Proofs {
  constructor(
    private readonly password: PasswordMethod,
    private readonly token: TokenMethod,
    private readonly applicationCredential: ApplicationCredentialMethod,
    private readonly totp: TotpMethod,
  ) {}

  /** Every method named must succeed, and all must prove the same user. */
  async authenticate(identity: AuthIdentity): Promise<Authentication> {
    const proofs: Authentication[] = [];
    for (const method of new Set(identity.methods)) proofs.push(await this.prove(method, identity));
    const [first, ...others] = proofs;
    if (!first || others.some((proof) => proof.user.id !== first.user.id)) throw refused();
    const notAfter = Math.min(...proofs.map((proof) => proof.notAfter ?? Number.POSITIVE_INFINITY));
    const merged: Authentication = Object.assign({}, ...proofs) as Authentication;
    return {
      ...merged,
      methods: [...new Set(proofs.flatMap((proof) => proof.methods))],
      ...(Number.isFinite(notAfter) ? { notAfter } : {}),
    };
  }

  private prove(method: string, identity: AuthIdentity): Promise<Authentication> {
    switch (method) {
      case 'password':
        return this.password.authenticate(identity.password);
      case 'totp':
        return this.totp.authenticate(identity.totp);
      case 'token':
        return this.token.authenticate(identity.token);
      case 'application_credential':
        return this.applicationCredential.authenticate(identity.application_credential);
      default:
        throw new Unauthenticated('Attempted to authenticate with an unsupported method.');
    }
  }
}
