import { Body, Controller, Headers, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import {
  AuthorizeRequestToken,
  IssuedOAuthToken,
  OAuthVerifier,
  SignedByConsumer,
  SignedForProject,
} from '@ocx/openstack-api/identity/oauth-tokens';
import { Policy, Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply } from 'fastify';
import { anyUser } from '../policies/identity.policy.js';
import { issuedTokenView } from './access-token.view.js';
import { OAuthDelegation } from './oauth-delegation.service.js';
import { parseAuthorization } from './oauth-signature.js';

const FORM = 'application/x-www-form-urlencoded';

@Controller('v3/OS-OAUTH1')
export class OAuthTokensController {
  constructor(private readonly delegation: OAuthDelegation) {}

  /** The signature of the consumer is the proof. */
  @Post('request_token')
  @Public()
  @HttpCode(201)
  @Operation({
    headers: SignedForProject,
    answers: { 201: { body: { [FORM]: IssuedOAuthToken } } },
    errors: [401, 404],
  })
  async request(@Headers() headers: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    const { authorization, 'requested-project-id': projectId } = parse(SignedForProject, headers);
    const token = await this.delegation.request(parseAuthorization(authorization), projectId);
    void reply.type(FORM);
    return issuedTokenView(token);
  }

  @Put('authorize/:request_token_id')
  @Policy(anyUser)
  @Operation({ body: AuthorizeRequestToken, answers: { 200: OAuthVerifier } })
  async authorize(@Param('request_token_id') id: string, @Body() body: unknown, @Caller() caller: Principal) {
    const { roles } = parse(AuthorizeRequestToken, body);
    return { token: { oauth_verifier: await this.delegation.authorize(caller, id, roles) } };
  }

  /** The signatures of the consumer and of the request token, and the verifier, are the proof. */
  @Post('access_token')
  @Public()
  @HttpCode(201)
  @Operation({
    headers: SignedByConsumer,
    answers: { 201: { body: { [FORM]: IssuedOAuthToken } } },
    errors: [401, 404],
  })
  async exchange(@Headers() headers: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    const token = await this.delegation.exchange(parseAuthorization(parse(SignedByConsumer, headers).authorization));
    void reply.type(FORM);
    return issuedTokenView(token);
  }
}
