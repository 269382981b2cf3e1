import type { Project } from './project.js';

/** How deep projects may be nested within a domain: Keystone's default. */
export const MAX_DEPTH = 5;

/** Ids within ids. */
export type IdTree = { readonly [id: string]: IdTree } | null;

/** From the parent up to the domain, each within the one below it. `parents` go upwards. */
export function parentIds(project: Project, parents: readonly Project[]): IdTree {
  const ids = [...parents.map((parent) => parent.id), project.domainId];
  return ids.reduceRight<IdTree>((above, id) => ({ [id]: above }), null);
}

/** Everything below a project, each within its parent. */
export function subtreeIds(id: string, below: readonly Project[]): IdTree {
  const children = below.filter((project) => project.parentId === id);
  if (children.length === 0) return null;
  return Object.fromEntries(children.map((child) => [child.id, subtreeIds(child.id, below)]));
}
