import { Injectable } from '@nestjs/common';
import type { Principal } from '@ocx/service-kit/principal';
import { ApplicationCredentialsService } from '../application-credentials/application-credentials.service.js';

/** What a token is limited to, as a blob names it. */
export type Delegation = { readonly trust_id: string } | { readonly app_cred_id: string };

/** A secret made with a delegated token must not outgrow the delegation. */
@Injectable()
export class Delegations {
  constructor(private readonly applicationCredentials: ApplicationCredentialsService) {}

  /** Throws {@link Forbidden} for a restricted application credential, which makes nothing, and for an OAuth consumer. */
  async of(caller: Principal): Promise<Delegation | undefined> {
    const trustId = caller.exchange?.trust?.id;
    if (trustId !== undefined) return { trust_id: trustId };
    await this.applicationCredentials.checkUnrestricted(caller);
    const id = caller.exchange?.application_credential?.id;
    return id === undefined ? undefined : { app_cred_id: id };
  }
}
