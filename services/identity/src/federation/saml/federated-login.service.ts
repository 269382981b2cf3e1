import { Injectable, Logger } from '@nestjs/common';
import { Forbidden } from '@ocx/service-kit/errors';
import { createHash } from 'node:crypto';
import { AuthenticationService } from '../../auth-methods/authentication.service.js';
import { refused, usable } from '../../auth-methods/authentication.js';
import type { IssuedToken } from '../../tokens/tokens.service.js';
import { NO_PASSWORD } from '../../users/user-passwords.service.js';
import { UsersService } from '../../users/users.service.js';
import type { IdentityProvider, Protocol } from '../identity-providers/identity-provider.js';
import { IdentityProvidersService } from '../identity-providers/identity-providers.service.js';
import { type MappedIdentity, mapIdentity, type RemoteAttributes } from '../mappings/mapping-engine.js';
import { MappingsService } from '../mappings/mappings.service.js';
import { FederatedAccess } from './federated-access.js';
import { FederatedSessions } from './federated-sessions.js';
import { LocalUsers } from './local-users.js';
import { ISSUER_ATTRIBUTE } from './profile-attributes.js';

/** The same person at the same provider is the same user, and nobody else's: ids of providers never meet. */
export const federatedUserId = (idpId: string, subject: string): string =>
  createHash('sha256')
    .update(JSON.stringify([idpId, subject]))
    .digest('hex');

/** What the assertion says of its origin must be one of the provider's remote ids, if it has any. */
function checkRemoteId({ remoteIds }: IdentityProvider, protocol: Protocol, attributes: RemoteAttributes): void {
  if (remoteIds.length === 0) return;
  const said = attributes[protocol.remoteIdAttribute ?? ISSUER_ATTRIBUTE] ?? [];
  if (said.length === 0) throw refused();
  if (said.every((id) => remoteIds.includes(id))) return;
  throw new Forbidden('Incoming identity provider identifier not included among the accepted identifiers.');
}

/** From what a provider vouched for to a token of the exchange. */
@Injectable()
export class FederatedLoginService {
  private readonly logger = new Logger(FederatedLoginService.name);

  constructor(
    private readonly providers: IdentityProvidersService,
    private readonly mappings: MappingsService,
    private readonly access: FederatedAccess,
    private readonly local: LocalUsers,
    private readonly users: UsersService,
    private readonly authentication: AuthenticationService,
    private readonly sessions: FederatedSessions,
  ) {}

  /** Throws `MoreMethodsNeeded` where the user's rules want more than the provider's word. */
  async login(providerId: string, protocolId: string, attributes: RemoteAttributes): Promise<IssuedToken> {
    const provider = await this.providers.show(providerId);
    if (!provider.enabled) throw new Forbidden(`Identity Provider ${provider.id} is disabled`);
    const protocol = await this.providers.showProtocol(provider.id, protocolId);
    checkRemoteId(provider, protocol, attributes);
    const mapping = await this.mappings.show(protocol.mappingId);
    const mapped = mapIdentity(mapping, attributes);
    if (!mapped) {
      this.logger.warn(`No rule of mapping ${mapping.id} matched a login at ${provider.id}.`);
      throw refused();
    }
    const found =
      mapped.user.type === 'local'
        ? await this.local.find(provider, mapped.user)
        : await this.users.show(await this.admit(provider, protocolId, mapped));
    const user = usable(found);
    if (!user) throw refused();
    const issued = await this.authentication.admit({ user, methods: [protocolId] }, { unscoped: {} });
    await this.sessions.remember(provider.id, issued, attributes);
    return issued;
  }

  private async admit(provider: IdentityProvider, protocolId: string, mapped: MappedIdentity): Promise<string> {
    const subject = mapped.user.id ?? mapped.user.name ?? '';
    const user = {
      id: federatedUserId(provider.id, subject),
      domainId: provider.domainId,
      name: mapped.user.name ?? subject,
      enabled: true,
      email: mapped.user.email ?? null,
      description: null,
      defaultProjectId: null,
      ...NO_PASSWORD,
      options: {},
      identityProviderId: provider.id,
      protocolId,
      extra: {},
    };
    await this.access.apply(provider, user, mapped);
    return user.id;
  }
}
