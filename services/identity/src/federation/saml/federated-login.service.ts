import { Injectable, Logger } from '@nestjs/common';
import { Forbidden, Unauthenticated } from '@ocx/service-kit/errors';
import { createHash } from 'node:crypto';
import { AuthenticationService } from '../../auth-methods/authentication.service.js';
import type { IssuedToken } from '../../tokens/tokens.service.js';
import { NO_PASSWORD } from '../../users/user-passwords.service.js';
import { UsersService } from '../../users/users.service.js';
import type { IdentityProvider } from '../identity-providers/identity-provider.js';
import { IdentityProvidersService } from '../identity-providers/identity-providers.service.js';
import { type MappedIdentity, mapIdentity, type RemoteAttributes } from '../mappings/mapping-engine.js';
import { MappingsService } from '../mappings/mappings.service.js';
import { FederatedAccess } from './federated-access.js';

/** The same person at the same provider is the same user, and nobody else's: ids of providers never meet. */
export const federatedUserId = (idpId: string, subject: string): string =>
  createHash('sha256')
    .update(JSON.stringify([idpId, subject]))
    .digest('hex');

/** From what a provider vouched for to a token of the exchange. */
@Injectable()
export class FederatedLoginService {
  private readonly logger = new Logger(FederatedLoginService.name);

  constructor(
    private readonly providers: IdentityProvidersService,
    private readonly mappings: MappingsService,
    private readonly access: FederatedAccess,
    private readonly users: UsersService,
    private readonly authentication: AuthenticationService,
  ) {}

  async login(providerId: string, protocolId: string, attributes: RemoteAttributes): Promise<IssuedToken> {
    const provider = await this.providers.show(providerId);
    if (!provider.enabled) throw new Unauthenticated('The request you have made requires authentication.');
    const protocol = await this.providers.showProtocol(provider.id, protocolId);
    const mapping = await this.mappings.show(protocol.mappingId);
    const mapped = mapIdentity(mapping.rules, attributes);
    if (!mapped) {
      this.logger.warn(`No rule of mapping ${mapping.id} matched a login at ${provider.id}.`);
      throw new Unauthenticated('The request you have made requires authentication.');
    }
    const userId = await this.admit(provider, protocolId, mapped);
    const user = await this.users.show(userId);
    if (!user.enabled || !user.domainEnabled) {
      throw new Unauthenticated('The request you have made requires authentication.');
    }
    return this.authentication.issue({ user, methods: [protocolId] }, { unscoped: {} });
  }

  private async admit(provider: IdentityProvider, protocolId: string, mapped: MappedIdentity): Promise<string> {
    if (mapped.user.type === 'local') throw new Forbidden('A provider vouches for users of its own domain only.');
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
