import { dataSourceOptions } from '@ocx/service-kit/database';
import { DataSource } from 'typeorm';
import { ENTITIES, MIGRATIONS } from './database/entities.js';

/** For TypeORM's own commands, such as `migration:generate --check`. */
export default new DataSource(
  dataSourceOptions({ url: process.env['DATABASE_URL'] ?? '', entities: ENTITIES, migrations: MIGRATIONS }),
);
