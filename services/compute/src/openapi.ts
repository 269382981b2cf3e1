import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { writeOpenApi } from '@ocx/service-kit/openapi';
import { CONTROLLERS } from './compute.module.js';
import { ImageDiscoveryController } from './images/image-discovery.controller.js';
import { ImagesController } from './images/images.controller.js';
import { KeypairsController } from './keypairs/keypairs.controller.js';
import { LandlordAttachmentsController } from './volume-attachments/landlord-attachments.controller.js';

const ALL = [
  ...CONTROLLERS,
  ImageDiscoveryController,
  ImagesController,
  KeypairsController,
  LandlordAttachmentsController,
];

@Module({ controllers: ALL })
class RoutesModule {}

// The document is made of routes alone: what they depend on is never called, so it need not run.
const app = await NestFactory.create(RoutesModule, new FastifyAdapter({ exposeHeadRoutes: false }), {
  preview: true,
  logger: ['error'],
});
await writeOpenApi(app, fileURLToPath(new URL('../openapi.json', import.meta.url)), {
  title: 'OCX compute landlord',
  description: 'Nova 2.1 under /v2.1, Glance v2 under /image, and the exchange’s side under /landlord/v1.',
  version: '0.1.0',
});
await app.close();
