import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AppOptions, createApp, type Middleware } from '@ocx/service-kit/bootstrap';
import { loadConfig } from '@ocx/service-kit/config';
import type { FaultStyle } from '@ocx/service-kit/fault';
import { IdentityModule } from './identity.module.js';
import { IdentityConfig } from './settings/identity.config.js';

/** Keystone's `max_request_body_size`. */
const BODY_LIMIT = 114_688;

export const faultStyle = (path: string): FaultStyle => (path.startsWith('/v3/OS-OAUTH2/') ? 'oauth' : 'keystone');

/** As in Keystone, a slash at the end of a path means nothing; some clients send one before the query. */
const withoutLastSlash = (url: string): string => url.replace(/^(\/v3\/[^?]*[^?/])\/(?=\?|$)/, '$1');

/** As in Keystone, no cache gives anybody's answer to another. */
const variesByToken: Middleware = (_request, response, next) => {
  response.setHeader('Vary', 'X-Auth-Token');
  next();
};

/** Identity, built from the environment and not yet listening. */
export async function createIdentity(): Promise<{ app: NestFastifyApplication; options: AppOptions }> {
  const config = loadConfig(IdentityConfig);
  const options: AppOptions = {
    name: 'identity',
    config,
    faultStyle,
    bodyLimit: BODY_LIMIT,
    routeAs: withoutLastSlash,
    headForGet: true,
    tellMethods: true,
    middleware: [variesByToken],
    storableTexts: true,
  };
  return { app: await createApp(IdentityModule.configured(config), options), options };
}
