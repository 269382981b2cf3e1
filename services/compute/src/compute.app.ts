import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { COMPUTE_MAX_MICROVERSION, COMPUTE_MIN_MICROVERSION } from '@ocx/openstack-api/compute/microversions';
import { type AppOptions, createApp } from '@ocx/service-kit/bootstrap';
import type { FaultStyle } from '@ocx/service-kit/fault';
import { microversionMiddleware, type MicroversionOptions } from '@ocx/service-kit/microversion';
import type { ComputeSettings } from './compute.config.js';
import { ComputeModule } from './compute.module.js';

const IMAGE_FILE = /^\/image\/v2\/images\/[^/?]+\/file(?:\?|$)/;

export const COMPUTE_MICROVERSIONS: MicroversionOptions = {
  service: 'compute',
  legacyHeader: 'X-OpenStack-Nova-API-Version',
  min: COMPUTE_MIN_MICROVERSION,
  max: COMPUTE_MAX_MICROVERSION,
  applies: (path) => path.startsWith('/v2.1'),
};

export function faultStyle(path: string): FaultStyle {
  if (path.startsWith('/landlord/')) return 'problem';
  return path.startsWith('/image') ? 'glance' : 'nova';
}

export function computeOptions(settings: ComputeSettings): AppOptions {
  return {
    name: 'compute',
    config: settings,
    faultStyle,
    rawBody: (path, method) => method === 'PUT' && IMAGE_FILE.test(path),
    middleware: [microversionMiddleware(COMPUTE_MICROVERSIONS)],
  };
}

/** The service without a port; tests listen themselves. */
export function createComputeApp(settings: ComputeSettings): Promise<NestFastifyApplication> {
  return createApp(ComputeModule.register(settings), computeOptions(settings));
}
