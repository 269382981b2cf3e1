import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { openApiDocument, type OpenApiDocument } from '@ocx/service-kit/openapi-document';
import { COMPUTE_MICROVERSIONS, faultStyle } from './compute.app.js';
import { ComputeSettings } from './compute.config.js';
import { ComputeModule } from './compute.module.js';

/** The service's OpenAPI document, made without a database, an engine or a file. */
export async function computeDocument(): Promise<OpenApiDocument> {
  // In preview nothing is instantiated, so these settings are never used.
  const settings = ComputeSettings.parse({
    OCX_PORT: 0,
    OCX_PUBLIC_URL: 'http://127.0.0.1',
    OCX_DATA_DIR: '/nonexistent',
    DATABASE_URL: 'postgres://127.0.0.1/nonexistent',
    OCX_LANDLORD_CONFIG: '/nonexistent',
    OCX_ENGINE_LABEL: 'openapi',
  });
  const app = await NestFactory.create(ComputeModule.register(settings), new FastifyAdapter(), {
    preview: true,
    logger: ['error'],
  });
  return openApiDocument(app, {
    info: {
      title: 'OCX compute landlord',
      description: 'Nova 2.1 under /v2.1, Glance v2 under /image, and the exchange’s side under /landlord/v1.',
      version: '0.1.0',
    },
    faultStyle,
    microversions: [COMPUTE_MICROVERSIONS],
    // A landlord with an issuer of its own takes its users' tokens too, but not on the exchange's side.
    authentication: (path) => (path.startsWith('/landlord/') ? ['landlordToken'] : ['landlordToken', 'token']),
  });
}
