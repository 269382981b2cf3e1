import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { writeOpenApi } from '@ocx/service-kit/openapi';
import { BrokerConfig } from './broker.config.js';
import { describeExchange, type DocumentedPaths } from './exchange-api/exchange.openapi.js';
import { brokerModule } from './broker.module.js';

// Only the routes matter: in preview nothing is instantiated, so neither a database nor identity is needed.
const config = BrokerConfig.parse({
  OCX_PORT: '8780',
  OCX_PUBLIC_URL: 'http://127.0.0.1:8780',
  OCX_OBJECT_PUBLIC_URL: 'http://127.0.0.1:8781',
  OCX_IDENTITY_URL: 'http://127.0.0.1:5000',
  OCX_DATA_DIR: '/nonexistent',
  DATABASE_URL: 'postgres://nowhere',
});
const app = await NestFactory.create<NestFastifyApplication>(brokerModule(config), new FastifyAdapter(), {
  preview: true,
  logger: ['error'],
});
await writeOpenApi(
  app,
  fileURLToPath(new URL('../openapi.json', import.meta.url)),
  {
    title: 'OCX broker',
    description: 'One cloud out of many landlords: market, ledger, and the proxied OpenStack APIs',
    version: '1',
  },
  (document) => {
    describeExchange(document as unknown as DocumentedPaths);
  },
);
