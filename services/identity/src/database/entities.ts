import { AccessRuleEntity } from '../application-credentials/access-rule.entity.js';
import { ApplicationCredentialAccessRuleEntity } from '../application-credentials/application-credential-access-rule.entity.js';
import { ApplicationCredentialRoleEntity } from '../application-credentials/application-credential-role.entity.js';
import { ApplicationCredentialEntity } from '../application-credentials/application-credential.entity.js';
import { AuditCheckpointEntity } from '../audit/audit-checkpoint.entity.js';
import { AuditRecordEntity } from '../audit/audit-record.entity.js';
import { EndpointEntity } from '../catalog/endpoint.entity.js';
import { RegionEntity } from '../catalog/region.entity.js';
import { ServiceEntity } from '../catalog/service.entity.js';
import { DomainConfigOptionEntity } from '../domain-config/domain-config-option.entity.js';
import { CredentialEntity } from '../credentials/credential.entity.js';
import { DomainEntity } from '../domains/domain.entity.js';
import { EndpointGroupEntity } from '../endpoint-filter/endpoint-group.entity.js';
import { ProjectEndpointGroupEntity } from '../endpoint-filter/project-endpoint-group.entity.js';
import { ProjectEndpointEntity } from '../endpoint-filter/project-endpoint.entity.js';
import { PolicyAssociationEntity } from '../endpoint-policy/policy-association.entity.js';
import { ClientAssertionEntity } from '../exchange-parties/client-assertion.entity.js';
import { ClientEntity } from '../exchange-parties/client.entity.js';
import { EnrolmentCodeEntity } from '../exchange-parties/enrolment-code.entity.js';
import { LandlordEntity } from '../exchange-parties/landlord.entity.js';
import { IdentityProviderEntity } from '../federation/identity-providers/identity-provider.entity.js';
import { ProtocolEntity } from '../federation/identity-providers/protocol.entity.js';
import { RemoteIdEntity } from '../federation/identity-providers/remote-id.entity.js';
import { MappingEntity } from '../federation/mappings/mapping.entity.js';
import { SamlAssertionEntity } from '../federation/saml/saml-assertion.entity.js';
import { SamlSessionEntity } from '../federation/saml/saml-session.entity.js';
import { SamlRequestEntity } from '../federation/saml/saml-request.entity.js';
import { ServiceProviderEntity } from '../federation/service-providers/service-provider.entity.js';
import { GroupMembershipEntity } from '../groups/group-membership.entity.js';
import { GroupEntity } from '../groups/group.entity.js';
import { LimitEntity } from '../limits/limit.entity.js';
import { RegisteredLimitEntity } from '../limits/registered-limit.entity.js';
import { PolicyDocumentEntity } from '../policy-documents/policy-document.entity.js';
import { OAuthConsumerEntity } from '../oauth-consumers/oauth-consumer.entity.js';
import { AccessTokenEntity } from '../oauth-tokens/access-token.entity.js';
import { OAuthNonceEntity } from '../oauth-tokens/oauth-nonce.entity.js';
import { RequestTokenEntity } from '../oauth-tokens/request-token.entity.js';
import { ProjectEntity } from '../projects/project.entity.js';
import { RevocationEntity } from '../revocations/revocation.entity.js';
import { RoleAssignmentEntity } from '../role-assignments/role-assignment.entity.js';
import { ImpliedRoleEntity } from '../roles/implied-role.entity.js';
import { RoleEntity } from '../roles/role.entity.js';
import { MintedTokenEntity } from '../token-exchange/minted-token.entity.js';
import { TrustRoleEntity } from '../trusts/trust-role.entity.js';
import { TrustEntity } from '../trusts/trust.entity.js';
import { PasswordHistoryEntity } from '../users/password-history.entity.js';
import { UserLoginEntity } from '../users/user-login.entity.js';
import { UserEntity } from '../users/user.entity.js';

/** Every table of identity. */
export const entities = [
  DomainEntity,
  ProjectEntity,
  UserEntity,
  UserLoginEntity,
  PasswordHistoryEntity,
  GroupEntity,
  GroupMembershipEntity,
  RoleEntity,
  ImpliedRoleEntity,
  RoleAssignmentEntity,
  RegionEntity,
  ServiceEntity,
  EndpointEntity,
  ApplicationCredentialEntity,
  ApplicationCredentialRoleEntity,
  AccessRuleEntity,
  ApplicationCredentialAccessRuleEntity,
  CredentialEntity,
  TrustEntity,
  TrustRoleEntity,
  OAuthConsumerEntity,
  RequestTokenEntity,
  AccessTokenEntity,
  OAuthNonceEntity,
  RevocationEntity,
  ClientEntity,
  LandlordEntity,
  EnrolmentCodeEntity,
  ClientAssertionEntity,
  MintedTokenEntity,
  IdentityProviderEntity,
  RemoteIdEntity,
  ProtocolEntity,
  MappingEntity,
  ServiceProviderEntity,
  SamlRequestEntity,
  SamlAssertionEntity,
  SamlSessionEntity,
  AuditRecordEntity,
  AuditCheckpointEntity,
  PolicyDocumentEntity,
  PolicyAssociationEntity,
  DomainConfigOptionEntity,
  EndpointGroupEntity,
  ProjectEndpointEntity,
  ProjectEndpointGroupEntity,
  RegisteredLimitEntity,
  LimitEntity,
];
