import type { Domain } from '../domains/domain.js';
import type { ScopedProject } from '../projects/project.js';
import type { Target } from '../role-assignments/role-assignment.js';

/** What a token is good for. */
export type Scope =
  | { readonly type: 'unscoped' }
  | { readonly type: 'project'; readonly project: ScopedProject }
  | { readonly type: 'domain'; readonly domain: Domain }
  | { readonly type: 'system' };

/** Where roles are looked up for a scope; undefined for an unscoped token, which has none. */
export function targetOf(scope: Scope): Target | undefined {
  switch (scope.type) {
    case 'project':
      return { type: 'project', id: scope.project.id };
    case 'domain':
      return { type: 'domain', id: scope.domain.id };
    case 'system':
      return { type: 'system' };
    case 'unscoped':
      return undefined;
  }
}
