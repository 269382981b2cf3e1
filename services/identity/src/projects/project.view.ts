import type { Project as ProjectBody } from '@ocx/openstack-api/identity/projects';
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
