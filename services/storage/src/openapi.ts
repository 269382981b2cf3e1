import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { loadConfig } from '@ocx/service-kit/config';
import { writeOpenApi } from '@ocx/service-kit/openapi';
import { StorageConfigSchema } from './storage.config.js';
import { StorageModule } from './storage.module.js';

// In Nest's preview mode nothing is instantiated, so these settings are read by nobody.
const config = loadConfig(StorageConfigSchema, {
  OCX_PORT: '0',
  OCX_PUBLIC_URL: 'http://127.0.0.1:8811',
  OCX_DATA_DIR: '/nonexistent',
  DATABASE_URL: 'postgres://127.0.0.1/none',
  OCX_LANDLORD_CONFIG: '/nonexistent',
});
const app = await NestFactory.create(StorageModule.forConfig(config), new FastifyAdapter(), {
  preview: true,
  logger: ['error'],
  abortOnError: false,
});
await writeOpenApi(app, fileURLToPath(new URL('../openapi.json', import.meta.url)), {
  title: 'OCX storage',
  description: 'Swift v1, Cinder v3 and the landlord interface of a storage landlord of an Open Cloud eXchange',
  version: '1.0',
});
