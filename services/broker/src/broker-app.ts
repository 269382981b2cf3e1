import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { routableSwiftUrl } from '@ocx/openstack-api/object-store/path';
import { createApp, type AppOptions } from '@ocx/service-kit/bootstrap';
import type { FaultStyle } from '@ocx/service-kit/fault';
import type { BrokerConfig } from './broker.config.js';
import { brokerModule } from './broker.module.js';
import { Origins } from './origins.js';
import { proxyMiddleware } from './proxy/proxy-middleware.js';

const STYLES: Readonly<Record<string, FaultStyle>> = {
  compute: 'nova',
  volume: 'cinder',
  image: 'glance',
  network: 'neutron',
  placement: 'placement',
  'object-store': 'swift',
};

const REGION_PATH = /^\/regions\/[^/]+\/([a-z-]+)/;
const IMAGE_FILE = /^\/regions\/[^/]+\/image\/v2\/images\/[^/]+\/file(?:[?]|$)/;
const OBJECTS = /^\/regions\/[^/]+\/object-store(?:[/?]|$)/;

/** The error form of the API that a path belongs to. */
export function faultStyleOf(path: string): FaultStyle {
  if (path.startsWith('/info')) return 'swift';
  return STYLES[REGION_PATH.exec(path)?.[1] ?? ''] ?? 'problem';
}

/** Bodies that are streamed: objects, and the bytes of images. */
export function isStreamed(path: string, method: string): boolean {
  return OBJECTS.test(path) || (method === 'PUT' && IMAGE_FILE.test(path));
}

export interface BrokerApp {
  readonly app: NestFastifyApplication;
  readonly options: AppOptions;
  /** Opens the object origin; the application must be ready. Answers its port. */
  readonly listenObjects: () => Promise<number>;
}

export async function createBroker(config: BrokerConfig, logger?: Logger): Promise<BrokerApp> {
  const origins = new Origins(config, faultStyleOf);
  const options: AppOptions = {
    name: 'broker',
    config,
    faultStyle: faultStyleOf,
    rawBody: isStreamed,
    routeAs: (url) => (OBJECTS.test(url) ? routableSwiftUrl(url) : url),
    middleware: [origins.middleware, ...proxyMiddleware],
    ...(logger === undefined ? {} : { logger }),
  };
  const app = await createApp(brokerModule(config), options);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onClose', () => origins.close());
  const route = (request: IncomingMessage, response: ServerResponse) => {
    fastify.routing(request, response);
  };
  return { app, options, listenObjects: () => origins.listen(route) };
}
