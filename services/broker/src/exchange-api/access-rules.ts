import type { PolicyRule } from '@ocx/service-kit/auth';

/** One access rule of an application credential, as identity keeps it. */
export interface AccessRule {
  readonly service: string;
  readonly method: string;
  readonly path: string;
}

/** The service types that a rule may name for one of the broker's APIs. */
const SERVICE_TYPES: Readonly<Record<string, readonly string[]>> = {
  compute: ['compute'],
  volume: ['volumev3', 'block-storage', 'volume', 'block-store'],
  image: ['image'],
  'object-store': ['object-store'],
  network: ['network'],
  placement: ['placement'],
  exchange: ['exchange'],
};

/** `*` and `{name}` stand for one segment, `**` for any number of them, as in Keystone's access rules. */
function pathPattern(path: string): RegExp {
  const source = path
    .split(/(\*\*|\*|\{[^/{}]*\})/)
    .map((part) => {
      if (part === '**') return '.*';
      if (part === '*' || /^\{[^/{}]*\}$/.test(part)) return '[^/]+';
      return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}/?$`);
}

/** The API that a URL belongs to, and the path as that API knows it: `/regions/{region}/{service}{path}`, `/exchange{path}`. */
function targetOf(rawUrl: string): { service: string; path: string } | undefined {
  const query = rawUrl.indexOf('?');
  const match = /^\/(?:regions\/[^/]+\/([^/]+)|(exchange))(\/.*)?$/.exec(query < 0 ? rawUrl : rawUrl.slice(0, query));
  const service = match?.[1] ?? match?.[2];
  return service === undefined ? undefined : { service, path: match?.[3] ?? '/' };
}

/**
 * Whether rules allow a request. Without rules (`undefined`) everything is allowed, with an empty list nothing is. The
 * path is compared after the region's prefix, as a tenant writes it against any OpenStack.
 */
export function isAllowed(rules: readonly AccessRule[] | undefined, method: string, rawUrl: string): boolean {
  if (rules === undefined) return true;
  const target = targetOf(rawUrl);
  if (!target) return false;
  const types = SERVICE_TYPES[target.service] ?? [];
  return rules.some(
    (rule) => rule.method === method && types.includes(rule.service) && pathPattern(rule.path).test(target.path),
  );
}

type Rules = Readonly<Record<string, PolicyRule>>;

/**
 * Rules that also hold an application credential to its access rules. Every table of the broker's rules goes through
 * here, so that no route can forget to.
 */
export function withAccessRules<T extends Rules>(rules: T): { readonly [K in keyof T]: PolicyRule } {
  const bound = Object.entries(rules).map(([name, rule]): [string, PolicyRule] => [
    name,
    {
      ...rule,
      check: (principal, request) =>
        isAllowed(
          principal.exchange?.application_credential?.access_rules,
          request.method,
          request.raw.originalUrl ?? request.raw.url ?? '/',
        ) && rule.check(principal, request),
    },
  ]);
  return Object.fromEntries(bound) as { readonly [K in keyof T]: PolicyRule };
}
