import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import {
  CreateVolume,
  MetadataBody,
  MetaItemBody,
  UpdateVolume,
  VolumeAction,
  VolumeAnswer,
  VolumeDetailList,
  VolumeList,
  VolumesSummary,
} from '@ocx/openstack-api/block-storage/volumes';
import { Policy } from '@ocx/service-kit/auth';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { WithinBudget } from '../../budgets/within-budget.js';
import { PARTIAL, partialHeader } from '../fan-out.js';
import { queryParameters } from '../page.js';
import { isOperator } from '../../exchange-api/exchange.policy.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { type VolumeListing, VolumeListService } from './volume-list.service.js';
import { parseVolumeQuery, VolumeListQuery } from './volume.requests.js';
import { type VolumeTarget, VolumeContext } from './volume-context.js';
import { VolumeCreateService } from './volume-create.service.js';
import { VolumeExtendService } from './volume-extend.service.js';
import { volumeLinks } from './volume.view.js';
import { type MetadataRequest, VolumesService } from './volumes.service.js';

type Query = Record<string, string | string[]>;

@Controller(['regions/:region/volume/v3/volumes', 'regions/:region/volume/v3/:project_id/volumes'])
@WithinBudget('volume')
export class VolumesController {
  constructor(
    private readonly context: VolumeContext,
    private readonly volumes: VolumesService,
    private readonly lists: VolumeListService,
    private readonly creates: VolumeCreateService,
    private readonly growth: VolumeExtendService,
  ) {}

  @Get()
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: VolumeListQuery, answers: { 200: { body: VolumeList, headers: PARTIAL } } })
  async list(
    @Caller() caller: Principal,
    @Param() target: VolumeTarget,
    @Query() query: Query,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { listing, links, rest } = await this.page(caller, target, query, version, reply, '');
    return {
      volumes: listing.volumes.map(({ id, name }) => ({ id, name, links: volumeLinks(links, id) })),
      ...rest,
    };
  }

  @Get('detail')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: VolumeListQuery, answers: { 200: { body: VolumeDetailList, headers: PARTIAL } } })
  async detail(
    @Caller() caller: Principal,
    @Param() target: VolumeTarget,
    @Query() query: Query,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { listing, rest } = await this.page(caller, target, query, version, reply, '/detail');
    return { volumes: listing.volumes, ...rest };
  }

  @Get('summary')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: VolumeListQuery, answers: { 200: { body: VolumesSummary, headers: PARTIAL } } })
  async summary(
    @Caller() caller: Principal,
    @Param() target: VolumeTarget,
    @Query() query: Query,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { listing } = await this.page(caller, target, query, version, reply, '');
    return {
      'volume-summary': {
        total_count: listing.volumes.length,
        total_size: listing.volumes.reduce((sum, { size }) => sum + size, 0),
        ...(version.minor >= 36 ? { metadata: {} } : {}),
      },
    };
  }

  @Post()
  @WithinBudget('new')
  @HttpCode(202)
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: CreateVolume, answers: { 202: VolumeAnswer }, errors: [409] })
  async create(
    @Caller() caller: Principal,
    @Param() target: VolumeTarget,
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const { region, links } = await this.context.of(caller, target);
    return { volume: await this.creates.create(caller, region, parse(CreateVolume, body), version, links) };
  }

  @Get(':id')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: VolumeAnswer } })
  async show(
    @Caller() caller: Principal,
    @Param() target: VolumeTarget & { id: string },
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const { region, links } = await this.context.of(caller, target);
    const located = await this.volumes.locate(caller, region, target.id);
    return { volume: await this.volumes.show(caller, located, version, links) };
  }

  @Put(':id')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: UpdateVolume, answers: { 200: VolumeAnswer }, errors: [409] })
  async update(
    @Caller() caller: Principal,
    @Param() target: VolumeTarget & { id: string },
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const { region, links } = await this.context.of(caller, target);
    const located = await this.volumes.locate(caller, region, target.id);
    return { volume: await this.volumes.update(caller, located, version, links, parse(UpdateVolume, body)) };
  }

  @Delete(':id')
  @HttpCode(202)
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ answers: { 202: {} }, errors: [409] })
  async delete(@Caller() caller: Principal, @Param() target: VolumeTarget & { id: string }): Promise<void> {
    const { region } = await this.context.of(caller, target);
    await this.volumes.delete(caller, await this.volumes.locate(caller, region, target.id));
  }

  @Post(':id/action')
  @HttpCode(202)
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: VolumeAction, answers: { 202: {} }, errors: [409] })
  async act(
    @Caller() caller: Principal,
    @Param() target: VolumeTarget & { id: string },
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ): Promise<void> {
    const action = parse(VolumeAction, body);
    const { region } = await this.context.of(caller, target);
    const located = await this.volumes.locate(caller, region, target.id);
    const larger = action['os-extend'];
    if (larger) await this.growth.extend(caller, located, version, larger.new_size);
    else await this.volumes.act(caller, located, version, action);
  }

  @Get(':id/metadata')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: MetadataBody } })
  metadata(@Caller() caller: Principal, @Param() target: Item, @RequestMicroversion() version: MicroversionValue) {
    return this.meta(caller, target, version, { method: 'GET' }, MetadataBody);
  }

  @Get(':id/metadata/:key')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: MetaItemBody } })
  metadataItem(@Caller() caller: Principal, @Param() target: Item, @RequestMicroversion() version: MicroversionValue) {
    return this.meta(caller, target, version, { method: 'GET', key: target.key }, MetaItemBody);
  }

  @Post(':id/metadata')
  @HttpCode(200)
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: MetadataBody, answers: { 200: MetadataBody }, errors: [409] })
  addMetadata(
    @Caller() caller: Principal,
    @Param() target: Item,
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const request = { method: 'POST', body: parse(MetadataBody, body) };
    return this.meta(caller, target, version, request, MetadataBody);
  }

  @Put(':id/metadata')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: MetadataBody, answers: { 200: MetadataBody }, errors: [409] })
  replaceMetadata(
    @Caller() caller: Principal,
    @Param() target: Item,
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const request = { method: 'PUT', body: parse(MetadataBody, body) };
    return this.meta(caller, target, version, request, MetadataBody);
  }

  @Put(':id/metadata/:key')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: MetaItemBody, answers: { 200: MetaItemBody }, errors: [409] })
  setMetadata(
    @Caller() caller: Principal,
    @Param() target: Item,
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const request = { method: 'PUT', key: target.key, body: parse(MetaItemBody, body) };
    return this.meta(caller, target, version, request, MetaItemBody);
  }

  @Delete(':id/metadata/:key')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ answers: { 200: {} }, errors: [409] })
  removeMetadata(
    @Caller() caller: Principal,
    @Param() target: Item,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    return this.meta(caller, target, version, { method: 'DELETE', key: target.key });
  }

  private async meta<T extends z.ZodType = z.ZodUndefined>(
    caller: Principal,
    target: Item,
    version: MicroversionValue,
    request: MetadataRequest,
    schema?: T,
  ): Promise<z.output<T> | undefined> {
    const { region } = await this.context.of(caller, target);
    const located = await this.volumes.locate(caller, region, target.id);
    return this.volumes.metadata(caller, located, version, request, schema);
  }

  private async page(
    caller: Principal,
    target: VolumeTarget,
    raw: Query,
    version: MicroversionValue,
    reply: FastifyReply,
    path: string,
  ): Promise<{ listing: VolumeListing; links: VolumeLinksOf; rest: object }> {
    const { region, links } = await this.context.of(caller, target);
    const { query, orders } = parseVolumeQuery(raw, isOperator(caller));
    const listing = await this.lists.list({ caller, region, query, orders, version, links });
    void reply.headers(partialHeader(listing.silent));
    const last = listing.volumes.at(-1)?.id;
    const count = query.with_count && version.minor >= 45 ? { count: listing.count } : {};
    if (!listing.more || last === undefined) return { listing, links, rest: count };
    const parameters = queryParameters(raw);
    parameters.set('marker', last);
    const base = `${links.publicUrl}/regions/${links.region}/volume/v3/${links.projectId}/volumes${path}`;
    return {
      listing,
      links,
      rest: { ...count, volumes_links: [{ rel: 'next', href: `${base}?${parameters.toString()}` }] },
    };
  }
}

interface Item extends VolumeTarget {
  readonly id: string;
  readonly key?: string;
}
type VolumeLinksOf = Awaited<ReturnType<VolumeContext['of']>>['links'];
