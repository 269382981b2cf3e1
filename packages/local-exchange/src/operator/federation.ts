import type { Operator } from './operator.js';

export const IDENTITY_PROVIDER = 'home-university';
export const PROTOCOL = 'saml2';
export const PROJECT = 'research';
const GROUP = 'researchers';
const ROLE = 'member';

/** Whoever the university calls staff or student is a researcher here, under the name the university gives. */
const RULES = (group: string) => [
  {
    local: [{ user: { name: '{0}', email: '{1}' } }, { group: { id: group } }],
    remote: [
      { type: 'uid' },
      { type: 'mail' },
      { type: 'eduPersonAffiliation', any_one_of: ['staff', 'student', 'faculty'] },
    ],
  },
];

/** An identity provider as the operator needs it, wherever it runs. */
export interface University {
  /** Its SAML entity id. */
  readonly entityId: string;
  metadata(): Promise<string>;
  /** Makes it trust a service provider by the metadata that this publishes. */
  trust(serviceProviderMetadata: string): Promise<void>;
}

export interface Research {
  readonly projectId: string;
}

/** The operator's part of federation: whom to trust, what their people may do, and where. Idempotent. */
export async function federate(operator: Operator, university: University): Promise<Research> {
  const domainId = await operator.ensureNamed('domains', IDENTITY_PROVIDER, { description: 'The home university' });
  const [projectId, groupId, roleId] = await Promise.all([
    operator.ensureNamed('projects', PROJECT, { domain_id: 'default', description: 'Shared by all researchers' }),
    operator.ensureNamed('groups', GROUP, { domain_id: domainId, description: 'People of the home university' }),
    operator.ensureNamed('roles', ROLE),
  ]);
  await operator.grantGroup(projectId, groupId, roleId);
  await operator.ensureFederation({
    domainId,
    provider: IDENTITY_PROVIDER,
    protocol: PROTOCOL,
    remoteId: university.entityId,
    metadata: await university.metadata(),
    rules: RULES(groupId),
  });
  await university.trust(await operator.serviceProviderMetadata());
  return { projectId };
}
