import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { FreshReads } from '../database/fresh-reads.js';
import type { AuthIdentity, ScopeReference } from '@ocx/openstack-api/identity/auth';
import { type IssuedToken, TokensService } from '../tokens/tokens.service.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { TrustsService } from '../trusts/trusts.service.js';
import { UsersService } from '../users/users.service.js';
import { type Authentication, refused, usable } from './authentication.js';
import { LoginCompletion } from './login-completion.js';
import { Proofs } from './proofs.js';
import { ScopeResolver } from './scope-resolver.js';

// A revocation reaches one second ahead; what is more is the difference between replicas' clocks.
const MAX_WAIT_MS = 2_000;
/** A token that is issued nevertheless is dead at its birth. */
const MAX_TRIES = 5;

/** From proofs of identity to a token. */
@Injectable()
export class AuthenticationService {
  constructor(
    private readonly proofs: Proofs,
    private readonly completion: LoginCompletion,
    private readonly scopes: ScopeResolver,
    private readonly tokens: TokensService,
    private readonly users: UsersService,
    private readonly trusts: TrustsService,
    private readonly revocations: RevocationsService,
    private readonly reads: FreshReads,
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
    const { resolved, issuedAt } = await this.dated(who, wanted);
    if (resolved.trust) await this.trusts.use(resolved.trust);
    const ends = [who.notAfter, resolved.trust?.expiresAt && resolved.trust.expiresAt.getTime() / 1000];
    const notAfter = Math.min(...ends.map((end) => end ?? Number.POSITIVE_INFINITY));
    return this.tokens.issue({ ...who, ...resolved, issuedAt, ...(Number.isFinite(notAfter) ? { notAfter } : {}) });
  }

  /**
   * What the token will say, read after the instant that it is dated: a right that is taken away before it is read is not
   * in it, and one that is taken away later takes every token of that date along.
   */
  private async dated(who: Authentication, wanted: ScopeReference | undefined) {
    for (let tries = 1; ; tries += 1) {
      const now = Date.now();
      const { resolved, deadUntil } = await this.reads.together(() => this.resolve(who, wanted));
      if (deadUntil <= now || tries === MAX_TRIES) return { resolved, issuedAt: Math.floor(now / 1000) };
      await sleep(Math.min(deadUntil - now, MAX_WAIT_MS));
    }
  }

  private async resolve(who: Authentication, wanted: ScopeReference | undefined) {
    if (!(await this.isStill(who))) throw refused();
    const resolved = await this.scopes.resolve(who, wanted);
    const { scope, trust, user = who.user } = resolved;
    const projectId = scope.type === 'project' ? scope.project.id : undefined;
    return { resolved, deadUntil: await this.revocations.deadUntil(user.id, projectId, trust?.id) };
  }

  /** The proof took its time: whoever was disabled meanwhile, or has another password now, has proved nothing. */
  private async isStill({ user }: Authentication): Promise<boolean> {
    const now = usable(await this.users.find(user.id));
    return now !== undefined && now.passwordCreatedAt?.getTime() === user.passwordCreatedAt?.getTime();
  }
}
