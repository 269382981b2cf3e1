import { dataSourceOptions } from '@ocx/service-kit/database';
import { DataSource } from 'typeorm';
import { STORAGE_ENTITIES, STORAGE_MIGRATIONS } from './database/schema.js';

/** For the `typeorm` command: `migration:generate --check` tells whether migrations and entities agree. */
export default new DataSource(
  dataSourceOptions({
    url: process.env['DATABASE_URL'] ?? '',
    entities: STORAGE_ENTITIES,
    migrations: STORAGE_MIGRATIONS,
  }),
);
