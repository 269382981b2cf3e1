import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  CreateKeypair,
  KeypairAnswer,
  KeypairDetailAnswer,
  KeypairList,
  KeypairListQuery,
} from '@ocx/openstack-api/compute/keypairs';
import { Policy } from '@ocx/service-kit/auth';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import { pageLimit } from '../servers/paging.js';
import { createdKeypair, keypairRow, shownKeypair } from './keypair.view.js';
import { KeypairsService } from './keypairs.service.js';
import { changeKeypairs, readKeypairs } from './keypairs.policy.js';

@Controller('v2.1/os-keypairs')
export class KeypairsController {
  constructor(
    private readonly keypairs: KeypairsService,
    @Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings,
  ) {}

  @Get()
  @Policy(readKeypairs)
  @Operation({ query: KeypairListQuery, answers: { 200: KeypairList } })
  async list(@Caller() caller: Principal, @RequestMicroversion() version: MicroversionValue, @Query() query: unknown) {
    const { limit, marker } = parse(KeypairListQuery, query);
    const size = pageLimit(version.minor >= 35 ? limit : undefined);
    const page = await this.keypairs.list(caller, { marker, limit: size });
    const keypairs = page.map((keypair) => ({ keypair: keypairRow(keypair, version) }));
    const last = page.at(-1);
    if (version.minor < 35 || limit === undefined || page.length < size || !last) return { keypairs };
    const href = `${this.settings.OCX_PUBLIC_URL}/v2.1/os-keypairs?limit=${limit}&marker=${encodeURIComponent(last.name)}`;
    return { keypairs, keypairs_links: [{ rel: 'next', href }] };
  }

  @Post()
  @Policy(changeKeypairs)
  @Operation({ body: CreateKeypair, answers: { 200: KeypairAnswer, 201: KeypairAnswer }, errors: [409] })
  async create(
    @Caller() caller: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { keypair } = parse(CreateKeypair, body);
    reply.code(version.minor >= 2 ? 201 : 200);
    return { keypair: createdKeypair(await this.keypairs.create(caller, keypair), version) };
  }

  @Get(':name')
  @Policy(readKeypairs)
  @Operation({ answers: { 200: KeypairDetailAnswer } })
  async show(
    @Caller() caller: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('name') name: string,
  ) {
    return { keypair: shownKeypair(await this.keypairs.show(caller, name), version) };
  }

  @Delete(':name')
  @HttpCode(204)
  @Policy(changeKeypairs)
  @Operation({ answers: { 202: {}, 204: {} } })
  async delete(
    @Caller() caller: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.keypairs.delete(caller, name);
    if (version.minor < 2) reply.code(202);
  }
}
