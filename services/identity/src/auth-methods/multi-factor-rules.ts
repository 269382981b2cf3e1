import type { UserWithDomain } from '../users/user.js';

/**
 * The rules that a login with these methods does not meet yet; none when it may go on. One rule is enough, and a rule is
 * met when each of its methods was used. What a full login delegated to a program is not asked again.
 */
export function unmetRules({ options }: UserWithDomain, methods: readonly string[]): readonly (readonly string[])[] {
  const rules = options.multi_factor_auth_rules ?? [];
  if (options.multi_factor_auth_enabled === false || methods.includes('application_credential')) return [];
  return rules.some((rule) => rule.every((method) => methods.includes(method))) ? [] : rules;
}
