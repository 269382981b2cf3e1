import { readFileSync } from 'node:fs';
import type { LandlordKind } from '@ocx/openstack-api/exchange/documents';
import { LeaseAction } from '@ocx/openstack-api/exchange/tokens';

const PROTOCOL = new URL('../../../docs/protocol.md', import.meta.url);
const COLUMNS = { compute: 1, storage: 2 } as const;
const METHODS = new Set(['get', 'head', 'post', 'put', 'patch', 'delete']);

type Operations = Readonly<Record<string, unknown>>;

/**
 * The routes that each action of a lease grant opens at a landlord of this kind, as docs/protocol.md tells it:
 * `POST /landlord/v1/leases/{id}/end`. Throws when the page has no row for an action, or none of a route.
 */
export function leaseGrantRoutes(kind: LandlordKind): ReadonlyMap<LeaseAction, ReadonlySet<string>> {
  const page = readFileSync(PROTOCOL, 'utf8');
  const routesOf = (name: string): string[] => {
    const row = page.split('\n').find((line) => line.startsWith(`| ${name} `) && line.includes(' /'));
    const cell = row?.split('|').slice(1)[COLUMNS[kind]] ?? '';
    const routes = [...cell.matchAll(/`([A-Z]+ \/[^`]*)`/g)].map(([, route = '']) => route);
    if (routes.length === 0) throw new Error(`docs/protocol.md does not tell what ${name} opens.`);
    return routes;
  };
  const every = routesOf('each of them');
  return new Map(
    LeaseAction.options.map((action): [LeaseAction, Set<string>] => [
      action,
      new Set([...routesOf(`\`${action}\``), ...every]),
    ]),
  );
}

/** Every route of an OpenAPI document that wants a token, as `METHOD /path/{with}/{names}`. */
export function guardedRoutes(document: { readonly paths: Readonly<Record<string, object>> }): string[] {
  return Object.entries(document.paths).flatMap(([path, item]) => {
    const { 'x-additionalOperations': additional, ...operations } = item as Operations;
    const named = Object.entries(operations).filter(([method]) => METHODS.has(method));
    return [...named, ...Object.entries((additional ?? {}) as Operations)]
      .filter(([, operation]) => (operation as { security?: readonly unknown[] }).security?.length !== 0)
      .map(([method]) => `${method.toUpperCase()} ${path}`);
  });
}
