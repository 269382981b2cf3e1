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

/** Splits `/regions/{region}/{service}{path}`; undefined for what is not under a region. */
export function regionPath(rawUrl: string): { region: string; service: string; path: string } | undefined {
  const query = rawUrl.indexOf('?');
  const match = /^\/regions\/([^/]+)\/([^/]+)(\/.*)?$/.exec(query < 0 ? rawUrl : rawUrl.slice(0, query));
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { region: match[1], service: match[2], path: match[3] ?? '/' };
}

/**
 * Whether rules allow a request. Without rules (`undefined`) everything is allowed, with an empty list nothing is. The
 * path is compared after the region's prefix, as a tenant writes it against any OpenStack.
 */
export function isAllowed(rules: readonly AccessRule[] | undefined, method: string, rawUrl: string): boolean {
  if (rules === undefined) return true;
  const target = regionPath(rawUrl);
  if (!target) return false;
  const types = SERVICE_TYPES[target.service] ?? [];
  return rules.some(
    (rule) => rule.method === method && types.includes(rule.service) && pathPattern(rule.path).test(target.path),
  );
}
