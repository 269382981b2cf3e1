import { Injectable } from '@nestjs/common';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { type IssuedToken, TokensService } from '../tokens/tokens.service.js';
import { ApplicationCredentialMethod } from './application-credential.method.js';
import type { AuthIdentity, ScopeReference } from '@ocx/openstack-api/identity/auth';
import { type Authentication, refused } from './authentication.js';
import { PasswordMethod } from './password.method.js';
import { ScopeResolver } from './scope-resolver.js';
import { TokenMethod } from './token.method.js';

/** From proofs of identity to a token. */
@Injectable()
export class AuthenticationService {
  constructor(
    private readonly password: PasswordMethod,
    private readonly token: TokenMethod,
    private readonly applicationCredential: ApplicationCredentialMethod,
    private readonly scopes: ScopeResolver,
    private readonly tokens: TokensService,
  ) {}

  async login(identity: AuthIdentity, scope: ScopeReference | undefined): Promise<IssuedToken> {
    return this.issue(await this.authenticate(identity), scope);
  }

  /** A token for somebody whose identity is proved already. */
  async issue(who: Authentication, wanted: ScopeReference | undefined): Promise<IssuedToken> {
    const resolved = await this.scopes.resolve(who, wanted);
    const ends = [who.notAfter, resolved.trust?.expiresAt && resolved.trust.expiresAt.getTime() / 1000];
    const notAfter = Math.min(...ends.map((end) => end ?? Number.POSITIVE_INFINITY));
    return this.tokens.issue({ ...who, ...resolved, ...(Number.isFinite(notAfter) ? { notAfter } : {}) });
  }

  /** Every method named must succeed, and all must prove the same user. */
  private async authenticate(identity: AuthIdentity): Promise<Authentication> {
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
      case 'token':
        return this.token.authenticate(identity.token);
      case 'application_credential':
        return this.applicationCredential.authenticate(identity.application_credential);
      default:
        throw new Unauthenticated('Attempted to authenticate with an unsupported method.');
    }
  }
}
