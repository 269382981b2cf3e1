import { Controller, Get, Header } from '@nestjs/common';
import { TOKEN_EXCHANGE_GRANT } from '@ocx/openstack-api/exchange/tokens';
import { AuthorizationServerMetadata, CacheControl } from '@ocx/openstack-api/identity/token-exchange';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { IdentitySettings } from '../settings/identity.config.js';

const METHODS = ['private_key_jwt'];
const ALGORITHMS = ['ES256'];

/** RFC 8414: where the issuer has a path, it comes after the well-known part. */
@Controller('.well-known/oauth-authorization-server/v3')
export class AuthorizationServerController {
  constructor(private readonly settings: IdentitySettings) {}

  @Get()
  @Public()
  @Header('Cache-Control', 'public, max-age=300')
  @Operation({ answers: { 200: { body: AuthorizationServerMetadata, headers: CacheControl } } })
  show() {
    const { issuer, publicUrl } = this.settings;
    return {
      issuer,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      token_endpoint: `${issuer}/OS-OAUTH2/token`,
      introspection_endpoint: `${issuer}/OS-OAUTH2/introspect`,
      revocation_endpoint: `${issuer}/OS-OAUTH2/revoke`,
      token_endpoint_auth_methods_supported: METHODS,
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      introspection_endpoint_auth_methods_supported: METHODS,
      introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      revocation_endpoint_auth_methods_supported: METHODS,
      revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      grant_types_supported: [TOKEN_EXCHANGE_GRANT, 'client_credentials'],
      response_types_supported: [],
      dpop_signing_alg_values_supported: ALGORITHMS,
      authorization_details_types_supported: ['ocx:landlord', 'ocx:lease-grant'],
    };
  }
}
