import { afterEach, expect, it } from 'vitest';
import { IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
afterEach(() => identity.stop());

/** What somebody sees who has the role admin on a project of their own. */
async function listedByProjectAdmin(): Promise<number> {
  const dean = await identity.member('dean');
  const role = await identity.roleId('admin');
  await identity.admin('PUT', `/v3/projects/${dean.projectId}/users/${dean.userId}/roles/${role}`);
  const token = await identity.login('dean', dean.password, 'dean-project');
  return (await identity.call('GET', '/v3/users', { token })).status;
}

it('admin of a project is no operator', async () => {
  identity = await IdentityProcess.start();
  expect(await listedByProjectAdmin()).toBe(403);
});

it('admin of a project is an operator where every project is the admin project', async () => {
  identity = await IdentityProcess.start({ OCX_EVERY_PROJECT_IS_ADMIN_PROJECT: 'true' });
  expect(await listedByProjectAdmin()).toBe(200);
});
