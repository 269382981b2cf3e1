import { Injectable } from '@nestjs/common';
import type { ExchangeTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import { Forbidden, NotFound, Unauthenticated } from '@ocx/service-kit/errors';
import { AuditLog } from '../../audit/audit-log.js';
import { DomainsService } from '../../domains/domains.service.js';
import { GroupsService } from '../../groups/groups.service.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { EC2_METHOD, ExchangeTokens } from '../../tokens/exchange-tokens.js';
import { entityIdOf } from '../saml/saml-options.js';
import { ServiceProviderKeys } from '../saml/service-provider-keys.js';
import type { ServiceProvider } from '../service-providers/service-provider.js';
import { ServiceProvidersService } from '../service-providers/service-providers.service.js';

/** The client takes it there at once. */
const LIFE_SECONDS = 300;
const FEDERATION = '/OS-FEDERATION/';

export interface SignedAssertion {
  /** The `Response`, as XML. */
  readonly response: string;
  readonly provider: ServiceProvider;
}

/**
 * Of the names by which another cloud may go: where the assertion is taken, where its login begins, and where a cloud like
 * this one has its metadata.
 */
function audiencesOf({ spUrl, authUrl }: ServiceProvider): string[] {
  const [root] = authUrl.split(FEDERATION);
  return [...new Set([spUrl, authUrl, `${root ?? authUrl}${FEDERATION}saml2/metadata`])];
}

/** Keystone to Keystone: identity vouches to another cloud for whoever holds a token of a project. */
@Injectable()
export class AssertionsService {
  constructor(
    private readonly providers: ServiceProvidersService,
    private readonly tokens: ExchangeTokens,
    private readonly groups: GroupsService,
    private readonly domains: DomainsService,
    private readonly keys: ServiceProviderKeys,
    private readonly settings: IdentitySettings,
    private readonly audit: AuditLog,
  ) {}

  /** Throws NotFound for another cloud or a token that is not there, and {@link Forbidden} for one that may not. */
  async forServiceProvider(token: string, providerId: string): Promise<SignedAssertion> {
    const provider = await this.providers.show(providerId);
    if (!provider.enabled) throw new Forbidden(`Service Provider ${providerId} is disabled`);
    const { exchange } = await this.tokens.verify(token).catch((error: unknown) => {
      throw error instanceof Unauthenticated ? new NotFound('Could not find token.', { cause: error }) : error;
    });
    this.check(exchange);
    const response = await this.signed(exchange, provider);
    await this.record(exchange, provider);
    return { response, provider };
  }

  /** What was delegated is delegated here: elsewhere nobody would know of its limits. */
  private check(claims: ExchangeTokenClaims): void {
    const { application_credential, trust, oauth, methods } = claims;
    if (application_credential ?? trust ?? oauth) {
      throw new Forbidden('A delegated token cannot be used to get a SAML assertion.');
    }
    if (methods.includes(EC2_METHOD)) {
      throw new Forbidden('A token of an access key cannot be used to get a SAML assertion.');
    }
    if (!claims.project) throw new Forbidden('Use a project scoped token when attempting to create a SAML assertion.');
  }

  private async signed(claims: ExchangeTokenClaims, provider: ServiceProvider): Promise<string> {
    // Who federates with no other cloud does without the library for signatures.
    const { signedResponse } = await import('./signed-response.js');
    const { user, project, roles, exp } = claims;
    const now = Date.now();
    return signedResponse(
      {
        issuer: entityIdOf(this.settings.base),
        recipient: provider.spUrl,
        audiences: audiencesOf(provider),
        subject: user.name,
        attributes: {
          openstack_user: [user.name],
          openstack_user_domain: [user.domain.name],
          openstack_roles: roles.map(({ name }) => name),
          openstack_project: project ? [project.name] : [],
          openstack_project_domain: project ? [project.domain.name] : [],
          openstack_groups: await this.groupsOf(claims.sub),
        },
        issuedAt: new Date(now),
        expiresAt: new Date(Math.min(now + LIFE_SECONDS * 1000, exp * 1000)),
      },
      await this.keys.signing(),
    );
  }

  /** As Keystone writes them: a text that says it is JSON. */
  private async groupsOf(userId: string): Promise<string[]> {
    const groups = await this.groups.listOfUser(userId);
    return Promise.all(
      groups.map(async ({ name, domainId }) => {
        const domain = await this.domains.show(domainId);
        return `JSON:${JSON.stringify({ name, domain: { name: domain.name } })}`;
      }),
    );
  }

  private record({ sub, user, project }: ExchangeTokenClaims, { id }: ServiceProvider): Promise<void> {
    return this.audit.record({
      action: 'authenticate',
      outcome: 'success',
      initiator: { typeURI: 'service/security/account/user', id: sub, name: user.name, domain_id: user.domain.id },
      target: { typeURI: 'data/security/auth/OS-FEDERATION/saml2', id },
      details: { project_id: project?.id },
    });
  }
}
