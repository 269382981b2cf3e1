import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { projectAction } from '@ocx/landlord-kit/landlord.policy';
import { MetadataBody, MetaItemBody } from '@ocx/openstack-api/block-storage/volumes';
import { Metadata } from '@ocx/openstack-api/block-storage/wire';
import { Policy } from '@ocx/service-kit/auth';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import type { Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { ProjectCaller, projectPaths } from '../project-path.js';
import { VolumePages } from './volume-pages.js';
import { VolumesService } from './volumes.service.js';

const noSuchKey = (key: string) => new NotFound(`Metadata item was not found: ${key.slice(0, 255)}`);

/** Cinder v3: labels of a volume. */
@Controller(projectPaths('volumes/:id/metadata'))
export class VolumeMetadataController {
  constructor(
    private readonly volumes: VolumesService,
    private readonly pages: VolumePages,
  ) {}

  @Get()
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: MetadataBody } })
  async list(@ProjectCaller() principal: Principal, @Param('id') id: string) {
    return { metadata: (await this.volumes.show(principal, this.pages.id(id))).metadata };
  }

  /** Adds and replaces; what is not named stays. */
  @Post()
  @HttpCode(200)
  @Policy(projectAction('write'))
  @Operation({ body: MetadataBody, answers: { 200: MetadataBody } })
  async create(@ProjectCaller() principal: Principal, @Param('id') id: string, @Body() body: unknown) {
    const { metadata } = parse(MetadataBody, body);
    return { metadata: await this.change(principal, id, (current) => ({ ...current, ...metadata })) };
  }

  @Put()
  @Policy(projectAction('write'))
  @Operation({ body: MetadataBody, answers: { 200: MetadataBody } })
  async replace(@ProjectCaller() principal: Principal, @Param('id') id: string, @Body() body: unknown) {
    const { metadata } = parse(MetadataBody, body);
    return { metadata: await this.change(principal, id, () => metadata) };
  }

  @Get(':key')
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: MetaItemBody } })
  async show(@ProjectCaller() principal: Principal, @Param('id') id: string, @Param('key') key: string) {
    const { metadata } = await this.volumes.show(principal, this.pages.id(id));
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    if (value === undefined) throw noSuchKey(key);
    return { meta: { [key]: value } };
  }

  @Put(':key')
  @Policy(projectAction('write'))
  @Operation({ body: MetaItemBody, answers: { 200: MetaItemBody } })
  async update(
    @ProjectCaller() principal: Principal,
    @Param('id') id: string,
    @Param('key') key: string,
    @Body() body: unknown,
  ) {
    const { meta } = parse(MetaItemBody, body);
    if (Object.keys(meta).length !== 1) throw new InvalidInput('Request body contains too many items');
    if (!Object.hasOwn(meta, key)) throw new InvalidInput('Request body and URI mismatch');
    await this.change(principal, id, (current) => ({ ...current, ...meta }));
    return { meta };
  }

  @Delete(':key')
  @HttpCode(200)
  @Policy(projectAction('write'))
  @Operation({ answers: { 200: {} } })
  async delete(@ProjectCaller() principal: Principal, @Param('id') id: string, @Param('key') key: string) {
    await this.change(principal, id, (current) => {
      if (!Object.hasOwn(current, key)) throw noSuchKey(key);
      return Object.fromEntries(Object.entries(current).filter(([name]) => name !== key));
    });
  }

  private async change(
    principal: Principal,
    id: string,
    work: (current: Readonly<Record<string, string>>) => Record<string, string>,
  ): Promise<Readonly<Record<string, string>>> {
    // Checked again as a whole: many small additions must not grow it without bound.
    const volume = await this.volumes.update(principal, this.pages.id(id), ({ metadata }) => ({
      metadata: parse(Metadata, work(metadata)),
    }));
    return volume.metadata;
  }
}
