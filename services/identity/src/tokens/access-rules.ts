const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function pathPattern(path: string): RegExp {
  const source = path
    .split(/(\*\*|\*|\{[^}]*\})/)
    .map((part) => {
      if (part === '**') return '.*';
      if (part === '*' || /^\{[^}]*\}$/.test(part)) return '[^/]+';
      return escape(part);
    })
    .join('');
  return new RegExp(`^${source}$`);
}

/** Keystone's access rules: `*` and `{name}` stand for one path segment, `**` for any number. */
export function isAllowed(
  rules: readonly { service: string; method: string; path: string }[],
  request: { service: string; method: string; path: string },
): boolean {
  return rules.some(
    (rule) =>
      rule.service === request.service &&
      rule.method.toUpperCase() === request.method.toUpperCase() &&
      pathPattern(rule.path).test(request.path),
  );
}
