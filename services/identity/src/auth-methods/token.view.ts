import type { ExchangeTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import type { Token } from '@ocx/openstack-api/identity/tokens';
import type { ApplicationCredential } from '../application-credentials/application-credential.js';
import type { CatalogEndpoint } from '../catalog/catalog.js';
import { catalogView } from '../catalog/catalog.view.js';
import type { ServiceProvider } from '../federation/service-providers/service-provider.js';
import type { Group } from '../groups/group.js';
import { passwordExpiryView } from '../users/user.view.js';
import { timestampOfSeconds } from '../wire/timestamp.js';

/** How a federated user came in, as Keystone shows it on the token's user. */
export interface FederatedLogin {
  readonly identityProviderId: string;
  readonly protocolId: string;
  readonly groups: readonly Group[];
}

export interface TokenDetails {
  readonly claims: ExchangeTokenClaims;
  /** Undefined: leave the catalog out. */
  readonly catalog?: readonly CatalogEndpoint[] | undefined;
  readonly applicationCredential?: ApplicationCredential | undefined;
  readonly federated?: FederatedLogin | undefined;
  readonly serviceProviders: readonly ServiceProvider[];
  readonly passwordExpiresAt: Date | null;
}

function userView({ claims, federated, passwordExpiresAt }: TokenDetails) {
  const { id, name, domain } = claims.user;
  return {
    id,
    name,
    domain,
    password_expires_at: passwordExpiryView(passwordExpiresAt),
    ...(federated
      ? {
          'OS-FEDERATION': {
            groups: federated.groups.map((group) => ({ id: group.id })),
            identity_provider: { id: federated.identityProviderId },
            protocol: { id: federated.protocolId },
          },
        }
      : {}),
  };
}

function credentialView(credential: ApplicationCredential | undefined) {
  if (!credential) return {};
  const { id, name, unrestricted, accessRules } = credential;
  return {
    application_credential: {
      id,
      name,
      restricted: !unrestricted,
      ...(accessRules === null
        ? {}
        : {
            access_rules: accessRules.map(({ service, method, path, id: ruleId }) => ({
              id: ruleId,
              service,
              method,
              path,
            })),
          }),
    },
  };
}

function trustView({ trust }: ExchangeTokenClaims) {
  if (!trust) return {};
  return {
    'OS-TRUST:trust': {
      id: trust.id,
      impersonation: trust.impersonation,
      trustor_user: { id: trust.trustor_user_id },
      trustee_user: { id: trust.trustee_user_id },
    },
  };
}

const budgetsView = ({ budgets }: ExchangeTokenClaims) => (budgets ? { 'OS-OCX:budgets': budgets } : {});

/** Keystone leaves the list out while it is empty. */
const serviceProvidersView = (providers: readonly ServiceProvider[]) =>
  providers.length === 0
    ? {}
    : { service_providers: providers.map(({ id, authUrl, spUrl }) => ({ id, auth_url: authUrl, sp_url: spUrl })) };

function oauthView({ oauth }: ExchangeTokenClaims) {
  return oauth ? { 'OS-OAUTH1': oauth } : {};
}

/** The body that goes with a token: Keystone's, field by field. */
export function tokenView(details: TokenDetails): Token {
  const { claims, catalog } = details;
  const scoped = claims.project !== undefined || claims.domain !== undefined || claims.system !== undefined;
  return {
    methods: claims.methods,
    user: userView(details),
    audit_ids: claims.audit_ids,
    expires_at: timestampOfSeconds(claims.exp),
    issued_at: timestampOfSeconds(claims.iat),
    ...(claims.project ? { project: claims.project, is_domain: false } : {}),
    ...(claims.domain ? { domain: claims.domain } : {}),
    ...(claims.system ? { system: claims.system } : {}),
    ...(claims.is_admin_project === true ? { is_admin_project: true } : {}),
    ...(scoped ? { roles: claims.roles } : {}),
    ...(scoped && catalog
      ? { catalog: catalogView(catalog, { projectId: claims.project?.id, userId: claims.sub }) }
      : {}),
    ...serviceProvidersView(details.serviceProviders),
    ...credentialView(details.applicationCredential),
    ...trustView(claims),
    ...budgetsView(claims),
    ...oauthView(claims),
  };
}
