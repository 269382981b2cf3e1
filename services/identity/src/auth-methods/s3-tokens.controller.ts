import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { S3TokenRequest, signedRequestOf } from '@ocx/openstack-api/identity/credentials';
import { TokenAnswer } from '@ocx/openstack-api/identity/tokens';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { s3TokenAuthentication } from '../policies/identity.policy.js';
import { Ec2AuthenticationService } from './ec2-authentication.service.js';
import { TokenDetailsService } from './token-details.service.js';
import { tokenView } from './token.view.js';

@Controller('v3/s3tokens')
export class S3TokensController {
  constructor(
    private readonly authentication: Ec2AuthenticationService,
    private readonly details: TokenDetailsService,
  ) {}

  /** Whose request it is and what they may: as in Keystone the service is told of a token, and not given it. */
  @Post()
  @HttpCode(200)
  @Policy(s3TokenAuthentication)
  @Operation({ body: S3TokenRequest, answers: { 200: TokenAnswer } })
  async verify(@Body() body: unknown) {
    const { claims } = await this.authentication.loginAtS3(signedRequestOf(parse(S3TokenRequest, body)));
    return { token: tokenView(await this.details.of(claims, { catalog: true })) };
  }
}
