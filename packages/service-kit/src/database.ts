import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { PreparingClient } from './preparing-client.js';

export interface DatabaseOptions {
  readonly url: string;
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  readonly migrations: NonNullable<DataSourceOptions['migrations']>;
  /** Connections of this process to PostgreSQL. */
  readonly poolSize?: number;
}

// One number for all services: each has its own database, so it never meets another's.
const MIGRATION_LOCK = 721_049_331;

/** What `typeorm` commands and the service share. */
export function dataSourceOptions(options: DatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    poolSize: options.poolSize ?? 10,
    connectTimeoutMS: 5_000,
    extra: { Client: PreparingClient, idleTimeoutMillis: 30_000, statement_timeout: 30_000, application_name: 'ocx' },
  };
}

/** Opens the database and brings its schema up to date; replicas that start together take turns. */
async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = await new DataSource(options).initialize();
  try {
    const runner = dataSource.createQueryRunner();
    try {
      await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      await dataSource.runMigrations();
      await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    } finally {
      await runner.release();
    }
    return dataSource;
  } catch (error) {
    // Ends the connections and with them the lock, which belongs to one of them.
    await dataSource.destroy();
    throw error;
  }
}

/** The service's own database, migrated before anything else of the service starts. */
export function databaseModule(options: DatabaseOptions): DynamicModule {
  return TypeOrmModule.forRootAsync({
    useFactory: () => ({ ...dataSourceOptions(options), retryAttempts: 10, retryDelay: 500 }),
    dataSourceFactory: (resolved) => {
      if (!resolved) throw new Error('The data source has no options.');
      return openDataSource(resolved);
    },
  });
}
