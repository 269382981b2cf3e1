import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { writeOpenApi } from '@ocx/service-kit/openapi';
import { fileURLToPath } from 'node:url';
import { IdentityModule } from './identity.module.js';
import { IdentityConfig } from './settings/identity.config.js';

// Preview mode makes no provider: routes and schemas are read, no database is needed.
const config = IdentityConfig.parse({
  OCX_PORT: 5000,
  OCX_PUBLIC_URL: 'http://127.0.0.1:5000',
  OCX_DATA_DIR: '/nonexistent',
  DATABASE_URL: 'postgres://127.0.0.1/identity',
});
const app = await NestFactory.create<NestFastifyApplication>(IdentityModule.configured(config), new FastifyAdapter(), {
  preview: true,
  logger: ['error'],
});
await writeOpenApi(app, fileURLToPath(new URL('../openapi.json', import.meta.url)), {
  title: 'OCX identity',
  description: 'Keystone v3, SAML federation and token exchange of an Open Cloud eXchange',
  version: '3.14',
});
