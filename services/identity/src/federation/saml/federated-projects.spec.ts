import { Forbidden } from '@ocx/service-kit/errors';
import { describe, expect, it } from 'vitest';
import { IdentityConfig, IdentitySettings } from '../../settings/identity.config.js';
import type { IdentityProvider } from '../identity-providers/identity-provider.js';
import { FederatedProjects } from './federated-projects.js';
import { ProviderDomain } from './provider-domain.js';

const PROVIDER = { id: 'university', domainId: 'university' } as IdentityProvider;

/** With every project and every role that is named in place. */
function federatedProjects(everyProject: string): FederatedProjects {
  const settings = new IdentitySettings(
    IdentityConfig.parse({
      OCX_PORT: 5000,
      OCX_PUBLIC_URL: 'http://identity.test',
      OCX_DATA_DIR: '/nonexistent',
      DATABASE_URL: 'postgres://127.0.0.1/identity',
      OCX_EVERY_PROJECT_IS_ADMIN_PROJECT: everyProject,
    }),
  );
  const projects = { findScopedByName: (name: string) => Promise.resolve({ id: name }) };
  const roles = { findByName: (name: string) => Promise.resolve({ id: name }) };
  return new FederatedProjects(
    new ProviderDomain(undefined as never),
    projects as never,
    roles as never,
    undefined as never,
    settings,
  );
}

describe('a mapping gives roles on projects', () => {
  it('of its own domain, admin too where that is no more than a project’s', async () => {
    const given = await federatedProjects('false').prepare(PROVIDER, [{ name: 'lab', roles: ['admin', 'member'] }]);
    expect(given).toEqual([
      { projectId: 'lab', roleId: 'admin' },
      { projectId: 'lab', roleId: 'member' },
    ]);
  });

  it('but makes no operators where admin of any project is one', async () => {
    const prepared = federatedProjects('true').prepare(PROVIDER, [{ name: 'lab', roles: ['member', 'admin'] }]);
    await expect(prepared).rejects.toThrow(Forbidden);
    const member = await federatedProjects('true').prepare(PROVIDER, [{ name: 'lab', roles: ['member'] }]);
    expect(member).toEqual([{ projectId: 'lab', roleId: 'member' }]);
  });
});
