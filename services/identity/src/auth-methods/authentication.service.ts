import { Injectable } from '@nestjs/common';
import type { AuthIdentity, ScopeReference } from '@ocx/openstack-api/identity/auth';
import { type IssuedToken, TokensService } from '../tokens/tokens.service.js';
import type { Authentication } from './authentication.js';
import { LoginCompletion } from './login-completion.js';
import { Proofs } from './proofs.js';
import { ScopeResolver } from './scope-resolver.js';

/** From proofs of identity to a token. */
@Injectable()
export class AuthenticationService {
  constructor(
    private readonly proofs: Proofs,
    private readonly completion: LoginCompletion,
    private readonly scopes: ScopeResolver,
    private readonly tokens: TokensService,
  ) {}

  /** `receipt` is what a login gave that was right and not enough. Throws `MoreMethodsNeeded` for such a one. */
  async login(identity: AuthIdentity, scope: ScopeReference | undefined, receipt?: string): Promise<IssuedToken> {
    const who = await this.completion.complete(await this.proofs.authenticate(identity), receipt);
    return this.issue(who, scope);
  }

  /** A token for somebody whose identity is proved already. */
  async issue(who: Authentication, wanted: ScopeReference | undefined): Promise<IssuedToken> {
    const resolved = await this.scopes.resolve(who, wanted);
    const ends = [who.notAfter, resolved.trust?.expiresAt && resolved.trust.expiresAt.getTime() / 1000];
    const notAfter = Math.min(...ends.map((end) => end ?? Number.POSITIVE_INFINITY));
    return this.tokens.issue({ ...who, ...resolved, ...(Number.isFinite(notAfter) ? { notAfter } : {}) });
  }
}
