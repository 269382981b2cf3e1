import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { writeOpenApi } from '@ocx/service-kit/openapi';
import { ComputeSettings } from './compute.config.js';
import { ComputeModule } from './compute.module.js';

// In preview nothing is instantiated: no database, engine or file is needed, and these settings are never used.
const settings = ComputeSettings.parse({
  OCX_PORT: 0,
  OCX_PUBLIC_URL: 'http://127.0.0.1',
  OCX_DATA_DIR: '/nonexistent',
  DATABASE_URL: 'postgres://127.0.0.1/nonexistent',
  OCX_LANDLORD_CONFIG: '/nonexistent',
  OCX_ENGINE_LABEL: 'openapi',
});
const adapter = new FastifyAdapter({ exposeHeadRoutes: false });
const app = await NestFactory.create(ComputeModule.register(settings), adapter, { preview: true, logger: ['error'] });
await writeOpenApi(app, fileURLToPath(new URL('../openapi.json', import.meta.url)), {
  title: 'OCX compute landlord',
  description: 'Nova 2.1 under /v2.1, Glance v2 under /image, and the exchange’s side under /landlord/v1.',
  version: '0.1.0',
});
process.exit(0);
