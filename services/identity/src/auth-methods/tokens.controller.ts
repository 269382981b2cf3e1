import { FreshReads } from '../database/fresh-reads.js';
import { Body, Controller, Delete, Get, Head, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { KeystoneFault } from '@ocx/openstack-api/faults';
import {
  IssuedToken,
  ReceiptAnswer,
  ReceiptHeader,
  SubjectToken,
  TokenAnswer,
  TokenQuery,
} from '@ocx/openstack-api/identity/tokens';
import { Policy, Public } from '@ocx/service-kit/auth';
import { Forbidden, InvalidInput, NotFound, Unauthenticated } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { mayInspectAnyToken, tokenInspection } from '../policies/identity.policy.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { ExchangeTokens, type VerifiedPrincipal } from '../tokens/exchange-tokens.js';
import { AuthRequest } from '@ocx/openstack-api/identity/auth';
import { AuthenticationService } from './authentication.service.js';
import { TokenDetailsService } from './token-details.service.js';
import { moreMethods, TokenReply } from './token-reply.js';
import { tokenView } from './token.view.js';

const wantsCatalog = (query: unknown): boolean => parse(TokenQuery, query).nocatalog === undefined;

@Controller('v3/auth/tokens')
export class TokensController {
  constructor(
    private readonly authentication: AuthenticationService,
    private readonly details: TokenDetailsService,
    private readonly reply: TokenReply,
    private readonly tokens: ExchangeTokens,
    private readonly revocations: RevocationsService,
    private readonly reads: FreshReads,
  ) {}

  @Post()
  @Public()
  @HttpCode(201)
  @Operation({
    query: TokenQuery,
    headers: ReceiptHeader,
    body: AuthRequest,
    answers: {
      201: { body: TokenAnswer, headers: IssuedToken },
      401: { body: z.union([KeystoneFault, ReceiptAnswer]), headers: ReceiptHeader },
    },
    errors: [403, 404],
  })
  async create(
    @Body() body: unknown,
    @Query() query: unknown,
    @Headers('openstack-auth-receipt') receipt: string | undefined,
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { identity, scope } = parse(AuthRequest, body).auth;
    const issued = await this.authentication.login(identity, scope, { receipt, authorization }).catch(moreMethods);
    return this.reply.of(issued, reply, { catalog: wantsCatalog(query) });
  }

  @Head()
  @HttpCode(200)
  @Policy(tokenInspection)
  @Operation({ headers: SubjectToken, answers: { 200: { headers: IssuedToken } }, errors: [404] })
  async check(
    @Headers('x-subject-token') token: string | undefined,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const subject = await this.inspect(caller, token);
    void reply.type('application/json').header('X-Subject-Token', subject.rawToken);
  }

  @Get()
  @Policy(tokenInspection)
  @Operation({
    query: TokenQuery,
    headers: SubjectToken,
    answers: { 200: { body: TokenAnswer, headers: IssuedToken } },
    errors: [404],
  })
  async show(
    @Headers('x-subject-token') token: string | undefined,
    @Query() query: unknown,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.reads.together(async () => {
      const subject = await this.inspect(caller, token);
      void reply.header('X-Subject-Token', subject.rawToken);
      return { token: tokenView(await this.details.of(subject.exchange, { catalog: wantsCatalog(query) })) };
    });
  }

  @Delete()
  @HttpCode(204)
  @Policy(tokenInspection)
  @Operation({ headers: SubjectToken, answers: { 204: {} }, errors: [404] })
  async revoke(@Headers('x-subject-token') token: string | undefined, @Caller() caller: Principal): Promise<void> {
    const subject = await this.inspect(caller, token);
    await this.revocations.revokeToken(subject.tokenId);
  }

  /** The subject token, live, and one that the caller may look into. A dead one is 404, as in Keystone. */
  private async inspect(caller: Principal, token: string | undefined): Promise<VerifiedPrincipal> {
    if (token === undefined || token === '') throw new InvalidInput('Expecting to find X-Subject-Token in headers.');
    const subject = await this.tokens.verify(token).catch((error: unknown) => {
      throw error instanceof Unauthenticated ? new NotFound('Could not find token.', { cause: error }) : error;
    });
    if (subject.userId !== caller.userId && !mayInspectAnyToken(caller)) {
      throw new Forbidden('You are not authorized to perform the requested action: identity:validate_token.');
    }
    return subject;
  }
}
