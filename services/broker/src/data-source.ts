import { DataSource } from 'typeorm';
import { z } from 'zod';
import { loadConfig } from '@ocx/service-kit/config';
import { dataSourceOptions } from '@ocx/service-kit/database';
import { ENTITIES, MIGRATIONS } from './database/schema.js';

const { DATABASE_URL: url } = loadConfig(z.object({ DATABASE_URL: z.string().startsWith('postgres') }));

/** For the `typeorm` command: `migration:generate --check` compares entities and migrations with it. */
export default new DataSource(dataSourceOptions({ url, entities: ENTITIES, migrations: MIGRATIONS }));
