import { Injectable } from '@nestjs/common';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import { DataSource, IsNull } from 'typeorm';
import { isForeignKeyViolation, isUniqueViolation } from '../database/constraints.js';
import { findPage } from '../database/paging.js';
import { Sealing } from '../sealing/sealing.js';
import type { Page, PageRequest } from '../wire/collection.js';
import type { Credential } from './credential.js';
import { CredentialEntity } from './credential.entity.js';

export interface CredentialFilter {
  readonly userId?: string | undefined;
  readonly type?: string | undefined;
  /** Null: none. */
  readonly projectId?: string | null;
}

/** Credentials, whose blobs are sealed in every row. */
@Injectable()
export class CredentialsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sealing: Sealing,
  ) {}

  async list(filter: CredentialFilter, page: PageRequest): Promise<Page<Credential>> {
    const where = {
      ...(filter.userId === undefined ? {} : { userId: filter.userId }),
      ...(filter.type === undefined ? {} : { type: filter.type }),
      ...(filter.projectId === undefined ? {} : { projectId: filter.projectId ?? IsNull() }),
    };
    const { items, next } = await findPage(this.dataSource.getRepository(CredentialEntity), where, page);
    return { items: await Promise.all(items.map((row) => this.opened(row))), next };
  }

  async find(id: string): Promise<Credential | undefined> {
    const row = await this.dataSource.getRepository(CredentialEntity).findOneBy({ id });
    return row ? this.opened(row) : undefined;
  }

  async insert(credential: Credential): Promise<void> {
    const row = await this.sealed(credential);
    await this.dataSource
      .getRepository(CredentialEntity)
      .insert(row)
      .catch((error: unknown) => this.refuse(error, credential));
  }

  async update(credential: Credential): Promise<void> {
    const row = await this.sealed(credential);
    await this.dataSource
      .getRepository(CredentialEntity)
      .update({ id: credential.id }, row)
      .catch((error: unknown) => this.refuse(error, credential));
  }

  async delete(id: string): Promise<void> {
    await this.dataSource.getRepository(CredentialEntity).delete({ id });
  }

  private async opened({ sealedBlob, ...row }: CredentialEntity): Promise<Credential> {
    return { ...row, blob: await this.sealing.open(sealedBlob, row.id) };
  }

  private async sealed({ blob, ...row }: Credential) {
    return { ...row, sealedBlob: await this.sealing.seal(blob, row.id) };
  }

  private refuse(error: unknown, { id, projectId }: Credential): never {
    // The user was asked for before: what is left to be missing is the project.
    if (isForeignKeyViolation(error)) throw new NotFound(`Could not find project: ${projectId ?? ''}.`);
    if (!isUniqueViolation(error)) throw error;
    throw new Conflict(`Conflict occurred attempting to store credential - Duplicate entry found with ID ${id}.`);
  }
}
