import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { Ec2TokenRequest, signedRequestOf } from '@ocx/openstack-api/identity/credentials';
import { IssuedToken, TokenAnswer } from '@ocx/openstack-api/identity/tokens';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply } from 'fastify';
import { ec2TokenAuthentication } from '../policies/identity.policy.js';
import { Ec2AuthenticationService } from './ec2-authentication.service.js';
import { TokenDetailsService } from './token-details.service.js';
import { tokenView } from './token.view.js';

@Controller('v3/ec2tokens')
export class Ec2TokensController {
  constructor(
    private readonly authentication: Ec2AuthenticationService,
    private readonly details: TokenDetailsService,
  ) {}

  @Post()
  @HttpCode(200)
  @Policy(ec2TokenAuthentication)
  @Operation({ body: Ec2TokenRequest, answers: { 200: { body: TokenAnswer, headers: IssuedToken } } })
  async create(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    const issued = await this.authentication.login(signedRequestOf(parse(Ec2TokenRequest, body)));
    void reply.header('X-Subject-Token', issued.token);
    return { token: tokenView(await this.details.of(issued.claims, { catalog: true })) };
  }
}
