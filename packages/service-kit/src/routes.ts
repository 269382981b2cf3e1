import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

export interface Route {
  method: string;
  /** As declared, with parameters: `/landlord/v1/leases/:id/end`. */
  path: string;
  /** `LeasesController.end`, to name it in a failure. */
  handler: string;
  /** The handler's name in its controller. */
  name: string;
  controller: Type;
  /** The handler itself, on which its decorators have left their notes. */
  target: object;
}

const list = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : [String(value)]);

function join(...parts: string[]): string {
  const joined = parts.map((part) => part.replace(/^\/+|\/+$/g, '')).filter((part) => part !== '');
  return `/${joined.join('/')}`;
}

/**
 * Every route of the application's controllers. An authorization test compares it with its own list, so that a new route
 * without a line there fails; the OpenAPI document is made of it.
 */
export function routesOf(app: INestApplication): Route[] {
  const routes: Route[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (metatype) routes.push(...routesOfController(metatype as Type));
    }
  }
  return routes;
}

function routesOfController(controller: Type): Route[] {
  const prefixes = list(Reflect.getMetadata(PATH_METADATA, controller) ?? '');
  const prototype = controller.prototype as Record<string, object>;
  const names = new MetadataScanner().getAllMethodNames(prototype);
  return names.flatMap((name) => {
    const target = prototype[name];
    const method: unknown = target && Reflect.getMetadata(METHOD_METADATA, target);
    if (!target || typeof method !== 'number') return [];
    const verb = RequestMethod[method] ?? 'ALL';
    const paths = list(Reflect.getMetadata(PATH_METADATA, target) ?? '');
    return prefixes.flatMap((prefix) =>
      paths.map((path) => ({
        method: verb,
        path: join(prefix, path),
        handler: `${controller.name}.${name}`,
        name,
        controller,
        target,
      })),
    );
  });
}
