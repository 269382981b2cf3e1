import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { AssertionHeaders, AssertionRequest, SamlAssertionBody } from '@ocx/openstack-api/identity/saml';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { ecpResponse } from '../saml/ecp-messages.js';
import { AssertionsService, type SignedAssertion } from './assertions.service.js';

const ASSERTION = {
  body: AssertionRequest,
  answers: { 200: { body: SamlAssertionBody, headers: AssertionHeaders } },
  errors: [403, 404],
};

/** Keystone's assertions for service providers. Public to the token guard: the body has the token. */
@Controller('v3/auth/OS-FEDERATION/saml2')
@Public()
export class AssertionsController {
  constructor(private readonly assertions: AssertionsService) {}

  /** For a client that posts it to the service provider's consumer service. */
  @Post()
  @HttpCode(200)
  @Operation(ASSERTION)
  async assertion(@Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const made = await this.make(body);
    this.send(made, made.response, reply);
  }

  /** The same in the envelope of an enhanced client. */
  @Post('ecp')
  @HttpCode(200)
  @Operation(ASSERTION)
  async enveloped(@Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const made = await this.make(body);
    const relayState = `${made.provider.relayStatePrefix}${randomUUID().replaceAll('-', '')}`;
    this.send(made, ecpResponse(made.response, relayState), reply);
  }

  private make(body: unknown): Promise<SignedAssertion> {
    const { identity, scope } = parse(AssertionRequest, body).auth;
    return this.assertions.forServiceProvider(identity.token.id, scope.service_provider.id);
  }

  private send({ provider }: SignedAssertion, xml: string, reply: FastifyReply): void {
    void reply
      .headers({ 'x-sp-url': provider.spUrl, 'x-auth-url': provider.authUrl, 'cache-control': 'no-store' })
      .type('text/xml')
      .send(xml);
  }
}
