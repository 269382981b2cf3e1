import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { ContainerEntity, ObjectDefaultEntity } from './container.entity.js';

export interface IndexedContainer {
  readonly projectId: string;
  readonly name: string;
  readonly landlordId: string;
  /** Of the object account that it is in. */
  readonly leaseId: string;
  readonly claimId: string;
  readonly policy: string;
}

/** A container with what its landlord last said of it. */
export interface SeenContainer extends Omit<IndexedContainer, 'claimId' | 'leaseId'> {
  readonly objectCount: number;
  readonly bytesUsed: number;
  readonly createdAt: Date;
}

export interface ContainerUse {
  readonly name: string;
  readonly objectCount: number;
  readonly bytesUsed: number;
}

/** Which landlord holds which container. */
@Injectable()
export class ContainersRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async find(projectId: string, name: string): Promise<IndexedContainer | undefined> {
    return (await this.dataSource.getRepository(ContainerEntity).findOneBy({ projectId, name })) ?? undefined;
  }

  async list(projectId: string): Promise<SeenContainer[]> {
    const rows = await this.dataSource
      .getRepository(ContainerEntity)
      .find({ where: { projectId }, order: { name: 'ASC' } });
    return rows.map(({ name, landlordId, policy, createdAt, objectCount, bytesUsed }) => ({
      projectId,
      name,
      landlordId,
      policy,
      createdAt,
      objectCount: Number(objectCount),
      bytesUsed: Number(bytesUsed),
    }));
  }

  /** Notes what a landlord says of its containers, in one statement however many there are. */
  async see(projectId: string, landlordId: string, uses: readonly ContainerUse[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE inventory_containers AS known SET object_count = seen.object_count, bytes_used = seen.bytes_used
       FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS seen (name, object_count, bytes_used)
       WHERE known.project_id = $1 AND known.landlord_id = $2 AND known.name = seen.name`,
      [
        projectId,
        landlordId,
        uses.map(({ name }) => name),
        uses.map(({ objectCount }) => objectCount),
        uses.map(({ bytesUsed }) => bytesUsed),
      ],
    );
  }

  /**
   * Takes the name for the container, while the lease of its object account is active; false when the name is taken or
   * the lease is not. One statement: of two creators one has the name, and an account that is given back gets no container
   * any more, for its lease's row is locked against the change of its state.
   */
  async claim(container: IndexedContainer): Promise<boolean> {
    const { projectId, name, landlordId, leaseId, claimId, policy } = container;
    const claimed: unknown[] = await this.dataSource.query(
      `INSERT INTO inventory_containers (project_id, name, landlord_id, lease_id, claim_id, policy, created_at)
       SELECT $1::text, $2::text, $3::text, id, $5::uuid, $6::text, now() FROM leases WHERE id = $4 AND state = 'active' FOR SHARE
       ON CONFLICT (project_id, name) DO NOTHING RETURNING name`,
      [projectId, name, landlordId, leaseId, claimId, policy],
    );
    return claimed.length === 1;
  }

  /** Claims a container that is there once more; undefined when it is not there any more. */
  async renew(container: IndexedContainer): Promise<IndexedContainer | undefined> {
    const { projectId, name, landlordId } = container;
    const claimId = randomUUID();
    const { affected } = await this.dataSource
      .getRepository(ContainerEntity)
      .update({ projectId, name, landlordId }, { claimId });
    return affected === 1 ? { ...container, claimId } : undefined;
  }

  /** Compare-and-swap: leaves a container that was claimed again meanwhile. */
  async remove({ projectId, name, claimId }: IndexedContainer): Promise<void> {
    await this.dataSource.getRepository(ContainerEntity).delete({ projectId, name, claimId });
  }

  /** Name of a container in the object account of this lease; undefined when there is none. */
  async anyOf(manager: EntityManager, leaseId: string): Promise<string | undefined> {
    const row = await manager.getRepository(ContainerEntity).findOne({ where: { leaseId }, order: { name: 'ASC' } });
    return row?.name;
  }

  /** In the transaction that ends the lease of the object account: nothing of it is there any more. */
  async removeLease(manager: EntityManager, leaseId: string): Promise<void> {
    await manager.getRepository(ContainerEntity).delete({ leaseId });
    await manager.getRepository(ObjectDefaultEntity).delete({ leaseId });
  }

  async defaultLandlord(projectId: string): Promise<string | undefined> {
    const row = await this.dataSource.getRepository(ObjectDefaultEntity).findOneBy({ projectId });
    return row?.landlordId;
  }

  /** The first choice stays, as long as its account is leased. */
  async rememberDefault(projectId: string, account: { landlordId: string; leaseId: string }): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO object_default_landlords (project_id, landlord_id, lease_id)
       SELECT $1::text, $2::text, id FROM leases WHERE id = $3 AND state = 'active' FOR SHARE
       ON CONFLICT (project_id) DO NOTHING`,
      [projectId, account.landlordId, account.leaseId],
    );
  }
}
