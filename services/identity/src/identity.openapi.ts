import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { openApiDocument, type OpenApiDocument } from '@ocx/service-kit/openapi-document';
import { faultStyle } from './application.js';
import { IdentityModule } from './identity.module.js';
import { IdentityConfig } from './settings/identity.config.js';

/** The service's OpenAPI document, made without a database. */
export async function identityDocument(): Promise<OpenApiDocument> {
  // In preview nothing is instantiated, so these settings are read by nobody.
  const config = IdentityConfig.parse({
    OCX_PORT: 5000,
    OCX_PUBLIC_URL: 'http://127.0.0.1:5000',
    OCX_DATA_DIR: '/nonexistent',
    DATABASE_URL: 'postgres://127.0.0.1/identity',
  });
  const app = await NestFactory.create(IdentityModule.configured(config), new FastifyAdapter(), {
    preview: true,
    logger: ['error'],
  });
  return openApiDocument(app, {
    info: {
      title: 'OCX identity',
      description:
        'Keystone v3, SAML federation and token exchange of an Open Cloud eXchange. Every GET answers HEAD, too: with the ' +
        'same status and headers.',
      version: '3.14',
    },
    faultStyle,
    authentication: (path) => (path.startsWith('/v3/OS-OCX/') ? ['clientAssertion'] : ['token']),
  });
}
