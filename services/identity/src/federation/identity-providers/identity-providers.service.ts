import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import type { EntityManager } from 'typeorm';
import type { Domain } from '../../domains/domain.js';
import { Transactions } from '../../database/transactions.js';
import { DomainsService } from '../../domains/domains.service.js';
import { RevocationsService } from '../../revocations/revocations.service.js';
import { newId } from '../../wire/id.js';
import { hasExpired, type IdentityProvider, type Protocol } from './identity-provider.js';
import { IdentityProvidersRepository } from './identity-providers.repository.js';

export interface IdentityProviderFields {
  readonly description?: string | null | undefined;
  readonly domainId?: string | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly remoteIds?: readonly string[] | null | undefined;
  readonly authorizationTtl?: number | null | undefined;
}

export type ProtocolChange = {
  readonly [Field in 'mappingId' | 'remoteIdAttribute']?: Protocol[Field] | undefined;
};

@Injectable()
export class IdentityProvidersService {
  constructor(
    private readonly repository: IdentityProvidersRepository,
    private readonly domains: DomainsService,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
  ) {}

  list(filter: { id?: string | undefined; enabled?: boolean | undefined }): Promise<IdentityProvider[]> {
    return this.repository.list(filter);
  }

  async show(id: string): Promise<IdentityProvider> {
    const provider = await this.repository.find(id);
    if (!provider) throw new NotFound(`Could not find Identity Provider: ${id}.`);
    return provider;
  }

  /** Those that somebody can log in at by this protocol. */
  async offering(protocolId: string): Promise<IdentityProvider[]> {
    const ids = new Set(await this.repository.idsOffering(protocolId));
    const now = new Date();
    const enabled = await this.repository.list({ enabled: true });
    return enabled.filter(({ id, saml }) => ids.has(id) && saml !== null && !hasExpired(saml, now));
  }

  findByEntityId(entityId: string): Promise<IdentityProvider | undefined> {
    return this.repository.findByEntityId(entityId);
  }

  /** A provider without a domain gets one of its own, as in Keystone. The domain never changes afterwards. */
  async create(id: string, fields: IdentityProviderFields): Promise<IdentityProvider> {
    const domain = fields.domainId == null ? await this.ownDomain(id) : await this.domains.show(fields.domainId);
    const provider: IdentityProvider = {
      id,
      domainId: domain.id,
      description: fields.description ?? null,
      enabled: fields.enabled ?? false,
      authorizationTtl: fields.authorizationTtl ?? null,
      remoteIds: fields.remoteIds ?? [],
      saml: null,
      metadataSource: null,
    };
    try {
      await this.repository.insert(provider);
    } catch (error) {
      if (fields.domainId == null) await this.removeDomain(domain.id);
      throw error;
    }
    return provider;
  }

  private ownDomain(id: string): Promise<Domain> {
    const domainId = newId();
    const description = `Auto generated federated domain for Identity Provider: ${id}`;
    return this.domains.create({ name: domainId, description, enabled: true }, domainId);
  }

  private async removeDomain(id: string): Promise<void> {
    await this.domains.update(id, { enabled: false });
    await this.domains.delete(id);
  }

  async update(id: string, fields: Omit<IdentityProviderFields, 'domainId'>): Promise<IdentityProvider> {
    const before = await this.show(id);
    const after: IdentityProvider = {
      ...before,
      description: fields.description === undefined ? before.description : fields.description,
      enabled: fields.enabled ?? before.enabled,
      remoteIds: fields.remoteIds === undefined ? before.remoteIds : (fields.remoteIds ?? []),
      authorizationTtl: fields.authorizationTtl === undefined ? before.authorizationTtl : fields.authorizationTtl,
    };
    const { description, enabled, authorizationTtl, remoteIds } = after;
    const change = { description, enabled, authorizationTtl, remoteIds };
    await this.repository.update(id, change, async (tx) => {
      if (before.enabled && !after.enabled) await this.revokeUsers(tx, id);
    });
    return after;
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.transactions.run(async (tx) => {
      await this.revokeUsers(tx, id);
      await this.repository.delete(tx, id);
    });
  }

  private async revokeUsers(tx: EntityManager, id: string): Promise<void> {
    const users = await this.repository.userIds(tx, id);
    await this.revocations.revoke(tx, ...users.map((userId) => ({ userId })));
  }

  async listProtocols(id: string): Promise<Protocol[]> {
    await this.show(id);
    return this.repository.listProtocols(id);
  }

  async showProtocol(id: string, protocolId: string): Promise<Protocol> {
    const protocol = await this.repository.findProtocol(id, protocolId);
    if (!protocol) throw new NotFound(`Could not find federated protocol ${protocolId} for Identity Provider: ${id}.`);
    return protocol;
  }

  async createProtocol(protocol: Protocol): Promise<Protocol> {
    await this.show(protocol.identityProviderId);
    await this.repository.insertProtocol(protocol);
    return protocol;
  }

  async updateProtocol(id: string, protocolId: string, change: ProtocolChange): Promise<Protocol> {
    const before = await this.showProtocol(id, protocolId);
    const { mappingId = before.mappingId, remoteIdAttribute = before.remoteIdAttribute } = change;
    const after = { ...before, mappingId, remoteIdAttribute };
    await this.repository.updateProtocol(after);
    return after;
  }

  async deleteProtocol(id: string, protocolId: string): Promise<void> {
    await this.showProtocol(id, protocolId);
    await this.repository.deleteProtocol(id, protocolId);
  }
}
