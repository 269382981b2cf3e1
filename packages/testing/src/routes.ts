import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

export interface Route {
  method: string;
  /** As declared, with parameters: `/landlord/v1/leases/:id/end`. */
  path: string;
  /** `LeasesController.end`, to name it in a failure. */
  handler: string;
}

const list = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : [String(value)]);

function join(...parts: string[]): string {
  const joined = parts.map((part) => part.replace(/^\/+|\/+$/g, '')).filter((part) => part !== '');
  return `/${joined.join('/')}`;
}

/**
 * Every route of the application's controllers. An authorization test compares it with its own list, so that a new route
 * without a line there fails.
 */
export function routesOf(app: INestApplication): Route[] {
  const scanner = new MetadataScanner();
  const routes: Route[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (!metatype) continue;
      const prefixes = list(Reflect.getMetadata(PATH_METADATA, metatype) ?? '');
      const prototype = metatype.prototype as Record<string, object>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name];
        const method: unknown = handler && Reflect.getMetadata(METHOD_METADATA, handler);
        if (!handler || typeof method !== 'number') continue;
        for (const prefix of prefixes) {
          for (const path of list(Reflect.getMetadata(PATH_METADATA, handler) ?? '')) {
            const verb = RequestMethod[method] ?? 'ALL';
            routes.push({ method: verb, path: join(prefix, path), handler: `${metatype.name}.${name}` });
          }
        }
      }
    }
  }
  return routes;
}
