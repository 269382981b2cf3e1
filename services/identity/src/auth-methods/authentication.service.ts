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

  /** The header `receipt` is what a login gave that was right and not enough. Throws `MoreMethodsNeeded` for such a one. */
  async login(
    identity: AuthIdentity,
    scope: ScopeReference | undefined,
    headers: { readonly receipt?: string | undefined; readonly authorization?: string | undefined } = {},
  ): Promise<IssuedToken> {
    return this.admit(await this.proofs.authenticate(identity, headers.authorization), scope, headers.receipt);
  }

  /** The same for somebody whom another party vouches for. */
  async admit(who: Authentication, scope: ScopeReference | undefined, receipt?: string): Promise<IssuedToken> {
    return this.issue(await this.completion.complete(who, receipt), scope);
  }

  /** A token for somebody whose identity is proved already. */
  async issue(who: Authentication, wanted: ScopeReference | undefined): Promise<IssuedToken> {
    const resolved = await this.scopes.resolve(who, wanted);
    const ends = [who.notAfter, resolved.trust?.expiresAt && resolved.trust.expiresAt.getTime() / 1000];
    const notAfter = Math.min(...ends.map((end) => end ?? Number.POSITIVE_INFINITY));
    return this.tokens.issue({ ...who, ...resolved, ...(Number.isFinite(notAfter) ? { notAfter } : {}) });
  }
}
