import type {
  AccessRule as AccessRuleBody,
  ApplicationCredential as ApplicationCredentialBody,
} from '@ocx/openstack-api/identity/application-credentials';
import { budgetView } from '../delegations/budget.js';
import { timestamp } from '../wire/timestamp.js';
import type { AccessRule, ApplicationCredential } from './application-credential.js';

export const accessRuleView = (rule: AccessRule, userId: string, base: string): AccessRuleBody => ({
  id: rule.id,
  service: rule.service,
  method: rule.method,
  path: rule.path,
  links: { self: `${base}/users/${userId}/access_rules/${rule.id}` },
});

export const applicationCredentialView = (
  credential: ApplicationCredential,
  base: string,
): ApplicationCredentialBody => ({
  id: credential.id,
  name: credential.name,
  description: credential.description,
  project_id: credential.projectId,
  user_id: credential.userId,
  unrestricted: credential.unrestricted,
  expires_at:
    credential.expiresAt === null ? null : timestamp(credential.expiresAt, credential.expiresAtMicros).replace('Z', ''),
  roles: credential.roles.map((role) => ({ id: role.id, name: role.name, domain_id: null })),
  ...(credential.accessRules === null
    ? {}
    : {
        access_rules: credential.accessRules.map(({ id, service, method, path }) => ({ id, service, method, path })),
      }),
  ...budgetView(credential),
  links: { self: `${base}/users/${credential.userId}/application_credentials/${credential.id}` },
});
