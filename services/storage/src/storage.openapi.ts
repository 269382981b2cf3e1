import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { loadConfig } from '@ocx/service-kit/config';
import { openApiDocument, type OpenApiDocument } from '@ocx/service-kit/openapi-document';
import { VOLUME_MICROVERSIONS } from './block-storage/versions/block-storage-microversion.js';
import { faultStyleOf } from './storage.app.js';
import { StorageConfigSchema } from './storage.config.js';
import { StorageModule } from './storage.module.js';

/** The service's OpenAPI document, made without a database or a disk. */
export async function storageDocument(): Promise<OpenApiDocument> {
  // In preview nothing is instantiated, so these settings are read by nobody.
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
  return openApiDocument(app, {
    info: {
      title: 'OCX storage',
      description: 'Swift v1, Cinder v3 and the landlord interface of a storage landlord of an Open Cloud eXchange',
      version: '1.0',
    },
    faultStyle: faultStyleOf,
    microversions: [VOLUME_MICROVERSIONS],
    // A landlord with an issuer of its own takes its users' tokens too, but not on the exchange's side.
    authentication: (path) => (path.startsWith('/landlord/') ? ['landlordToken'] : ['landlordToken', 'token']),
  });
}
