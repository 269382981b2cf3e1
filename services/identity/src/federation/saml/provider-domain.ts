import { Injectable } from '@nestjs/common';
import { Forbidden } from '@ocx/service-kit/errors';
import { DomainsService } from '../../domains/domains.service.js';
import type { IdentityProvider } from '../identity-providers/identity-provider.js';
import type { Reference } from '../mappings/mapping-engine.js';

/** The mapping reaches for what is not the provider's. */
export const foreign = (): Forbidden =>
  new Forbidden('The mapping names something outside the domain of the identity provider.');

/** What a provider vouches for stays in the provider's own domain, whatever its mapping says. */
@Injectable()
export class ProviderDomain {
  constructor(private readonly domains: DomainsService) {}

  /** A mapping may name a domain, but only the provider's own. Throws {@link Forbidden}. */
  async check(provider: IdentityProvider, reference: Reference | undefined): Promise<void> {
    if (!reference) return;
    const domain = 'id' in reference ? reference : await this.domains.findByName(reference.name);
    if (domain?.id !== provider.domainId) throw foreign();
  }
}
