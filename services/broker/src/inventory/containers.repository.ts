import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ContainerEntity, ObjectDefaultEntity } from './container.entity.js';

export interface IndexedContainer {
  readonly projectId: string;
  readonly name: string;
  readonly landlordId: string;
  readonly policy: string;
}

/** A container with what its landlord last said of it. */
export interface SeenContainer extends IndexedContainer {
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

  /** The row that holds the name: the given one, or who was there before. One statement, so two creators agree. */
  async claim(container: IndexedContainer): Promise<IndexedContainer> {
    await this.dataSource
      .getRepository(ContainerEntity)
      .createQueryBuilder()
      .insert()
      .values({ ...container, createdAt: new Date() })
      .orIgnore()
      .execute();
    const row = await this.find(container.projectId, container.name);
    return row ?? container;
  }

  async remove(projectId: string, name: string, landlordId: string): Promise<void> {
    await this.dataSource.getRepository(ContainerEntity).delete({ projectId, name, landlordId });
  }

  /** The lease of the object account has ended: nothing of it is there any more. */
  async removeAccount(projectId: string, landlordId: string): Promise<void> {
    await this.dataSource.getRepository(ContainerEntity).delete({ projectId, landlordId });
    await this.dataSource.getRepository(ObjectDefaultEntity).delete({ projectId, landlordId });
  }

  async defaultLandlord(projectId: string): Promise<string | undefined> {
    const row = await this.dataSource.getRepository(ObjectDefaultEntity).findOneBy({ projectId });
    return row?.landlordId;
  }

  /** The first choice stays. */
  async rememberDefault(projectId: string, landlordId: string): Promise<void> {
    await this.dataSource
      .getRepository(ObjectDefaultEntity)
      .createQueryBuilder()
      .insert()
      .values({ projectId, landlordId })
      .orIgnore()
      .execute();
  }
}
