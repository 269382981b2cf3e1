import { Injectable } from '@nestjs/common';
import type { ExchangeTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import { ApplicationCredentialsService } from '../application-credentials/application-credentials.service.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { ServiceProvidersService } from '../federation/service-providers/service-providers.service.js';
import { GroupsService } from '../groups/groups.service.js';
import type { User } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import type { FederatedLogin, TokenDetails } from './token.view.js';

/** What a token's body says beyond its claims. */
@Injectable()
export class TokenDetailsService {
  constructor(
    private readonly catalog: CatalogService,
    private readonly credentials: ApplicationCredentialsService,
    private readonly users: UsersService,
    private readonly groups: GroupsService,
    private readonly serviceProviders: ServiceProvidersService,
  ) {}

  async of(claims: ExchangeTokenClaims, options: { catalog: boolean }): Promise<TokenDetails> {
    const user = await this.users.find(claims.sub);
    const credentialId = claims.application_credential?.id;
    return {
      claims,
      catalog: options.catalog ? await this.catalog.catalog(claims.project?.id) : undefined,
      applicationCredential: credentialId === undefined ? undefined : await this.credentials.find(credentialId),
      federated: await this.federated(user),
      serviceProviders: await this.serviceProviders.enabled(),
      passwordExpiresAt: user?.passwordExpiresAt ?? null,
    };
  }

  private async federated(user: User | undefined): Promise<FederatedLogin | undefined> {
    if (!user || user.identityProviderId === null || user.protocolId === null) return undefined;
    const groups = await this.groups.listOfUser(user.id);
    return { identityProviderId: user.identityProviderId, protocolId: user.protocolId, groups };
  }
}
