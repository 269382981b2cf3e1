import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { openApiDocument, type OpenApiDocument } from '@ocx/service-kit/openapi-document';
import { faultStyleOf } from './broker-app.js';
import { BrokerConfig } from './broker.config.js';
import { brokerModule } from './broker.module.js';
import { API_MICROVERSIONS } from './proxy/proxy-middleware.js';

/** The service's OpenAPI document, made without a database or identity. */
export async function brokerDocument(): Promise<OpenApiDocument> {
  // In preview nothing is instantiated, so these settings are read by nobody.
  const config = BrokerConfig.parse({
    OCX_PORT: '8780',
    OCX_PUBLIC_URL: 'http://127.0.0.1:8780',
    OCX_OBJECT_PUBLIC_URL: 'http://127.0.0.1:8781',
    OCX_IDENTITY_URL: 'http://127.0.0.1:5000',
    OCX_DATA_DIR: '/nonexistent',
    DATABASE_URL: 'postgres://nowhere',
  });
  const app = await NestFactory.create(brokerModule(config), new FastifyAdapter(), {
    preview: true,
    logger: ['error'],
  });
  return openApiDocument(app, {
    info: {
      title: 'OCX broker',
      description: 'One cloud out of many landlords: market, ledger, and the proxied OpenStack APIs',
      version: '1',
    },
    faultStyle: faultStyleOf,
    microversions: API_MICROVERSIONS,
    authentication: () => ['token'],
  });
}
