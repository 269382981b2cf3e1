import { Body, Controller, Delete, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { KeypairAnswer, KeypairDetailAnswer, KeypairList } from '@ocx/openstack-api/compute/keypairs';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden } from '@ocx/service-kit/errors';
import { isAtLeast, type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { WithinBudget } from '../budgets/within-budget.js';
import { isOperator } from '../exchange-api/exchange.policy.js';
import { ProxySettings } from '../proxy/proxy-settings.js';
import { keypairDetail, keypairSummary } from './keypair.view.js';
import { CreateKeypair, KeypairListQuery, parseCreateKeypair, parseKeypairQuery } from './keypair.requests.js';
import { PROXY_POLICY } from '../proxy/proxy.policy.js';
import { KeypairsService } from './keypairs.service.js';

// From 2.10 the operator may name another user; everybody else has only their own.
function ownerOf(caller: Principal, userId: string | undefined, version: MicroversionValue): string {
  if (userId === undefined || userId === caller.userId || !isAtLeast(version, 10)) return caller.userId;
  if (!isOperator(caller)) throw new Forbidden("Policy doesn't allow os_compute_api:os-keypairs to be performed.");
  return userId;
}

@Controller('regions/:region/compute/v2.1/os-keypairs')
@WithinBudget('nothing')
@Policy(PROXY_POLICY.keypairs)
export class KeypairsController {
  constructor(
    private readonly keypairs: KeypairsService,
    private readonly settings: ProxySettings,
  ) {}

  @Get()
  @Operation({ query: KeypairListQuery, answers: { 200: KeypairList } })
  async list(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Query() query: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const { limit, marker, user_id: userId } = parseKeypairQuery(query);
    const paged = isAtLeast(version, 35);
    const size = paged ? Math.min(limit ?? 1000, 1000) : 1000;
    const owner = ownerOf(caller, userId, version);
    const page = await this.keypairs.list(owner, { limit: size, ...(paged && marker !== undefined ? { marker } : {}) });
    const last = page.at(-1);
    const more = paged && limit !== undefined && last !== undefined && page.length === size;
    const next = new URLSearchParams({ limit: String(size), marker: last?.name ?? '' }).toString();
    return {
      keypairs: page.map((keypair) => ({ keypair: keypairSummary(keypair, version) })),
      ...(more
        ? {
            keypairs_links: [
              { rel: 'next', href: `${this.settings.publicUrl}/regions/${region}/compute/v2.1/os-keypairs?${next}` },
            ],
          }
        : {}),
    };
  }

  @Post()
  @Operation({ body: CreateKeypair, answers: { 200: KeypairAnswer, 201: KeypairAnswer }, errors: [409] })
  async create(
    @Caller() caller: Principal,
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const request = parseCreateKeypair(body, version);
    const owner = ownerOf(caller, request.userId, version);
    const { keypair, privateKey } = await this.keypairs.create(owner, request.name, request.publicKey);
    void reply.code(isAtLeast(version, 2) ? 201 : 200);
    return {
      keypair: {
        ...keypairSummary(keypair, version),
        user_id: keypair.userId,
        ...(privateKey === undefined ? {} : { private_key: privateKey }),
      },
    };
  }

  @Get(':name')
  @Operation({ query: KeypairListQuery, answers: { 200: KeypairDetailAnswer } })
  async show(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Query() query: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const owner = ownerOf(caller, parseKeypairQuery(query).user_id, version);
    return { keypair: keypairDetail(await this.keypairs.show(owner, name), version) };
  }

  @Delete(':name')
  @Operation({ query: KeypairListQuery, answers: { 202: {}, 204: {} } })
  async delete(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Query() query: unknown,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.keypairs.delete(ownerOf(caller, parseKeypairQuery(query).user_id, version), name);
    void reply.code(isAtLeast(version, 2) ? 204 : 202);
  }
}
