import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ExchangeTokenClaims, LandlordAccess } from '@ocx/openstack-api/exchange/tokens';
import type { ServiceRequest } from './service-request.js';
import { Unauthenticated } from './errors.js';

/**
 * Who is calling. Realm `exchange` is the exchange's world; realm `own` is a landlord's own users under the issuer it
 * pinned itself. Projects of the two realms never meet, even where their ids are equal.
 */
export interface Principal {
  readonly realm: 'exchange' | 'own';
  readonly userId: string;
  readonly userDomainId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly projectDomainId?: string | undefined;
  /** Set for a domain-scoped token. */
  readonly domainId?: string | undefined;
  readonly systemScope: boolean;
  readonly roles: readonly string[];
  readonly tokenId: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** The party that presents a landlord token. */
  readonly clientId?: string | undefined;
  readonly keyThumbprint?: string | undefined;
  /** What a landlord token allows; absent in realm `own` and on exchange tokens. */
  readonly access?: LandlordAccess | undefined;
  readonly exchange?: ExchangeTokenClaims | undefined;
  /** The token as presented, to be swapped at identity. Never logged. */
  readonly rawToken: string;
}

/** Injects the caller into a controller's method. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = context.switchToHttp().getRequest<ServiceRequest>().principal;
  if (!principal) throw new Unauthenticated('The request you have made requires authentication.');
  return principal;
});
