import { Injectable } from '@nestjs/common';
import type { AuthIdentity } from '@ocx/openstack-api/identity/auth';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { ApplicationCredentialMethod } from './application-credential.method.js';
import { type Authentication, refused } from './authentication.js';
import { PasswordMethod } from './password.method.js';
import { TokenMethod } from './token.method.js';
import { OAuth1Method } from './oauth1.method.js';
import { TotpMethod } from './totp.method.js';

/** Every way to prove who one is. */
@Injectable()
export class Proofs {
  constructor(
    private readonly password: PasswordMethod,
    private readonly token: TokenMethod,
    private readonly applicationCredential: ApplicationCredentialMethod,
    private readonly totp: TotpMethod,
    private readonly oauth1: OAuth1Method,
  ) {}

  /**
   * Every method named must succeed, and all must prove the same user.
   * @param authorization the request's own header, which the method `oauth1` is proved by
   */
  async authenticate(identity: AuthIdentity, authorization?: string): Promise<Authentication> {
    const proofs: Authentication[] = [];
    for (const method of new Set(identity.methods)) proofs.push(await this.prove(method, identity, authorization));
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

  private prove(method: string, identity: AuthIdentity, authorization?: string): Promise<Authentication> {
    switch (method) {
      case 'password':
        return this.password.authenticate(identity.password);
      case 'totp':
        return this.totp.authenticate(identity.totp);
      case 'token':
        return this.token.authenticate(identity.token);
      case 'mapped':
      case 'saml2':
        return this.token.authenticateFederated(method, identity[method]);
      case 'application_credential':
        return this.applicationCredential.authenticate(identity.application_credential);
      case 'oauth1':
        return this.oauth1.authenticate(authorization);
      default:
        throw new Unauthenticated('Attempted to authenticate with an unsupported method.');
    }
  }
}
