import { Injectable } from '@nestjs/common';
import { Conflict, InvalidInput } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, type FindOptionsWhere, In } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { isForeignKeyViolation, isUniqueViolation } from '../../database/constraints.js';
import type { IdentityProvider, Protocol } from './identity-provider.js';
import { IdentityProviderEntity } from './identity-provider.entity.js';
import { ProtocolEntity } from './protocol.entity.js';
import { RemoteIdEntity } from './remote-id.entity.js';

export type ProviderChange = Partial<Omit<IdentityProvider, 'id' | 'domainId'>>;

// Operators keep a few; the bound only keeps an answer finite.
const LIST_LIMIT = 10_000;

@Injectable()
export class IdentityProvidersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: { id?: string | undefined; enabled?: boolean | undefined }): Promise<IdentityProvider[]> {
    const where: FindOptionsWhere<IdentityProviderEntity> = Object.fromEntries(
      (Object.entries(filter) as [string, unknown][]).filter(([, value]) => value !== undefined),
    );
    const rows = await this.dataSource
      .getRepository(IdentityProviderEntity)
      .find({ where, order: { id: 'ASC' }, take: LIST_LIMIT });
    const remotes = await this.dataSource
      .getRepository(RemoteIdEntity)
      .find({ where: { identityProviderId: In(rows.map((row) => row.id)) }, order: { remoteId: 'ASC' } });
    return rows.map(({ domain: _domain, metadataAskedAt: _asked, ...row }) => ({
      ...row,
      remoteIds: remotes.filter((remote) => remote.identityProviderId === row.id).map((remote) => remote.remoteId),
    }));
  }

  async find(id: string): Promise<IdentityProvider | undefined> {
    return (await this.list({ id }))[0];
  }

  async idsOffering(protocolId: string): Promise<string[]> {
    const rows = await this.dataSource.getRepository(ProtocolEntity).find({ where: { id: protocolId }, take: 1000 });
    return rows.map(({ identityProviderId }) => identityProviderId);
  }

  /** The one provider with this SAML entity id. */
  async findByEntityId(entityId: string): Promise<IdentityProvider | undefined> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM identity_providers WHERE saml ->> 'entityId' = $1 LIMIT 2`,
      [entityId],
    );
    const [row, another] = rows;
    return row && !another ? this.find(row.id) : undefined;
  }

  async insert(provider: IdentityProvider): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const { remoteIds, ...row } = provider;
      await tx
        .getRepository(IdentityProviderEntity)
        .insert(row as QueryDeepPartialEntity<IdentityProviderEntity>)
        .catch((error: unknown) => {
          if (!isUniqueViolation(error)) throw error;
          throw new Conflict(`Conflict occurred attempting to store identity_provider - Duplicate ID, ${row.id}.`);
        });
      await this.setRemoteIds(tx, row.id, remoteIds);
    });
  }

  /** Changes what is named and nothing else: metadata may be imported by another replica meanwhile. */
  async update(id: string, change: ProviderChange, within?: (tx: EntityManager) => Promise<void>): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const { remoteIds, ...columns } = change;
      const row = columns as QueryDeepPartialEntity<IdentityProviderEntity>;
      if (Object.keys(row).length > 0) await tx.getRepository(IdentityProviderEntity).update({ id }, row);
      if (remoteIds) await this.setRemoteIds(tx, id, remoteIds);
      await within?.(tx);
    });
  }

  /**
   * A provider whose metadata should be asked for again, because that was not done since `before`; no other replica gets
   * the same one.
   */
  async claimStale(before: Date): Promise<string | undefined> {
    const [rows] = await this.dataSource.query<[{ id: string }[], number]>(
      `UPDATE identity_providers SET metadata_asked_at = now() WHERE id = (
         SELECT id FROM identity_providers
          WHERE metadata_source ->> 'url' IS NOT NULL AND (metadata_asked_at IS NULL OR metadata_asked_at < $1)
          ORDER BY metadata_asked_at NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [before],
    );
    return rows[0]?.id;
  }

  private async setRemoteIds(tx: EntityManager, identityProviderId: string, remoteIds: readonly string[]) {
    await tx.getRepository(RemoteIdEntity).delete({ identityProviderId });
    await tx
      .getRepository(RemoteIdEntity)
      .insert([...new Set(remoteIds)].map((remoteId) => ({ remoteId, identityProviderId })))
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new Conflict('Duplicate remote ID: it belongs to another identity provider.');
      });
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.getRepository(IdentityProviderEntity).delete({ id });
  }

  /** Whose tokens end when the provider is disabled or gone. */
  async userIds(tx: EntityManager, id: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>('SELECT id FROM users WHERE identity_provider_id = $1', [id]);
    return rows.map((row) => row.id);
  }

  listProtocols(identityProviderId: string): Promise<Protocol[]> {
    return this.dataSource
      .getRepository(ProtocolEntity)
      .find({ where: { identityProviderId }, order: { id: 'ASC' }, take: LIST_LIMIT });
  }

  findProtocol(identityProviderId: string, id: string): Promise<Protocol | null> {
    return this.dataSource.getRepository(ProtocolEntity).findOneBy({ identityProviderId, id });
  }

  async insertProtocol(protocol: Protocol): Promise<void> {
    await this.dataSource
      .getRepository(ProtocolEntity)
      .insert(protocol)
      .catch((error: unknown) => this.refuse(error, protocol));
  }

  async updateProtocol(protocol: Protocol): Promise<void> {
    const { identityProviderId, id } = protocol;
    await this.dataSource
      .getRepository(ProtocolEntity)
      .update({ identityProviderId, id }, protocol)
      .catch((error: unknown) => this.refuse(error, protocol));
  }

  async deleteProtocol(identityProviderId: string, id: string): Promise<void> {
    await this.dataSource.getRepository(ProtocolEntity).delete({ identityProviderId, id });
  }

  private refuse(error: unknown, protocol: Protocol): never {
    if (isUniqueViolation(error)) {
      throw new Conflict(`Conflict occurred attempting to store federation_protocol - Duplicate ID, ${protocol.id}.`);
    }
    if (isForeignKeyViolation(error)) throw new InvalidInput(`Invalid mapping id: ${protocol.mappingId}`);
    throw error;
  }
}
