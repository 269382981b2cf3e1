import type { Project as ProjectBody } from '@ocx/openstack-api/identity/projects';
import type { Domain } from '../domains/domain.js';
import type { Project } from './project.js';

export const projectView = (project: Project, base: string): ProjectBody => ({
  id: project.id,
  name: project.name,
  domain_id: project.domainId,
  description: project.description,
  enabled: project.enabled,
  parent_id: project.parentId ?? project.domainId,
  is_domain: false,
  tags: [...project.tags],
  options: {},
  links: { self: `${base}/projects/${project.id}` },
});

/** A domain as the project API shows it: the root of its projects. */
export const domainAsProjectView = (domain: Domain, base: string): ProjectBody => ({
  id: domain.id,
  name: domain.name,
  domain_id: null,
  description: domain.description,
  enabled: domain.enabled,
  parent_id: null,
  is_domain: true,
  tags: [],
  options: {},
  links: { self: `${base}/projects/${domain.id}` },
});
