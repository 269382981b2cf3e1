import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import { AccountMetadataEntity } from './account-metadata.entity.js';
import type { MetadataChange, MetadataItem } from './account-metadata.js';

@Injectable()
export class AccountMetadataRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  list(projectId: string): Promise<MetadataItem[]> {
    return this.dataSource.getRepository(AccountMetadataEntity).find({ where: { projectId }, order: { name: 'ASC' } });
  }

  /**
   * Applies the change and hands the outcome to `check`, which throws when it is too much: then nothing is changed.
   * Changes of one account wait for each other, so that two cannot slip past a limit together.
   */
  async change(projectId: string, change: MetadataChange, check: (items: MetadataItem[]) => void): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`account-metadata:${projectId}`]);
      const rows = manager.getRepository(AccountMetadataEntity);
      if (change.removed.length > 0) await rows.delete({ projectId, name: In([...change.removed]) });
      if (change.set.length > 0) {
        await rows.upsert(
          change.set.map((item) => ({ projectId, ...item })),
          ['projectId', 'name'],
        );
      }
      check(await rows.findBy({ projectId }));
    });
  }
}
