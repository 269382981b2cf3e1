export type Actor = { readonly type: 'user' | 'group'; readonly id: string };
export type Target = { readonly type: 'project' | 'domain'; readonly id: string } | { readonly type: 'system' };

/** One role, given to one user or group, on one project, one domain or the whole system. */
export interface RoleAssignment {
  readonly roleId: string;
  readonly actor: Actor;
  readonly target: Target;
  /** It acts on the projects below the target, or of it, and not on the target. */
  readonly inherited?: boolean;
}
