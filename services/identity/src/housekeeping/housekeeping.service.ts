import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditRetention } from '../audit/audit-retention.service.js';
import { Rounds } from '../background/rounds.js';
import { ExchangePartiesRepository } from '../exchange-parties/exchange-parties.repository.js';
import { SamlSessionsRepository } from '../federation/saml/saml-sessions.repository.js';
import { SamlRepository } from '../federation/saml/saml.repository.js';
import { OAuthTokensRepository } from '../oauth-tokens/oauth-tokens.repository.js';
import { RevocationsRepository } from '../revocations/revocations.repository.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { MintedTokensRepository } from '../token-exchange/minted-tokens.repository.js';
import { TrustsRepository } from '../trusts/trusts.repository.js';
import { AbsentUsers } from '../users/absent-users.service.js';

const BATCH = 1_000;
/** Batches of one table in one round: a backlog is worked off over several rounds, never in one long stretch. */
const MAX_BATCHES = 20;
const DAY_MS = 24 * 3600 * 1000;
/** The longest life a configuration can give an exchange token, and room for clocks: older revocations mean nothing. */
const REVOCATION_MS = DAY_MS + 3600 * 1000;

/** Takes away, in the background and in small batches, the rows whose time is over. Any number of replicas may do it. */
@Injectable()
export class HousekeepingService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(HousekeepingService.name);
  private readonly purges: readonly ((limit: number) => Promise<number>)[];
  private readonly rounds: Rounds;

  constructor(
    settings: IdentitySettings,
    saml: SamlRepository,
    sessions: SamlSessionsRepository,
    parties: ExchangePartiesRepository,
    revocations: RevocationsRepository,
    minted: MintedTokensRepository,
    absent: AbsentUsers,
    oauth: OAuthTokensRepository,
    trusts: TrustsRepository,
    audit: AuditRetention,
  ) {
    this.rounds = new Rounds(settings.config.OCX_HOUSEKEEPING_SECONDS * 1000, () => this.run());
    const logged = settings.config.OCX_MINTED_TOKEN_LOG_DAYS * DAY_MS;
    this.purges = [
      (limit) => saml.purgeRequests(limit),
      (limit) => saml.purgeAssertions(limit),
      (limit) => sessions.purge(limit),
      (limit) => parties.purgeAssertions(limit),
      (limit) => revocations.purge(new Date(Date.now() - REVOCATION_MS), limit),
      (limit) => minted.purge(new Date(Date.now() - logged), limit),
      (limit) => absent.disable(limit),
      (limit) => oauth.purge(limit),
      (limit) => trusts.purge(limit),
      (limit) => audit.archive(limit),
    ];
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async run(): Promise<void> {
    for (const purge of this.purges) {
      try {
        let gone = BATCH;
        for (let batch = 0; gone === BATCH && batch < MAX_BATCHES && !this.rounds.isStopped; batch += 1) {
          gone = await purge(BATCH);
        }
      } catch (error) {
        this.logger.warn(`Old rows stay until the next round: ${error instanceof Error ? error.message : 'unknown'}`);
      }
    }
  }
}
