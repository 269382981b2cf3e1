import { dataSourceOptions } from '@ocx/service-kit/database';
import { DataSource } from 'typeorm';
import { entities } from './database/entities.js';
import { migrations } from './database/migrations.js';

/** For the `typeorm` command: `typeorm migration:generate --check -d services/identity/dist/data-source.js`. */
export default new DataSource(dataSourceOptions({ url: process.env['DATABASE_URL'] ?? '', entities, migrations }));
