import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { projectAction } from '@ocx/landlord-kit/landlord.policy';
import {
  CreateVolume,
  UpdateVolume,
  VolumeAnswer,
  VolumeDetailList,
  VolumeList,
  VolumesSummary,
} from '@ocx/openstack-api/block-storage/volumes';
import { Policy } from '@ocx/service-kit/auth';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import type { Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { ProjectCaller, projectPaths } from '../project-path.js';
import { VolumeEnding } from './volume-ending.service.js';
import { VolumePages } from './volume-pages.js';
import { VolumeListQuery } from './volume-query.js';
import { VolumesService } from './volumes.service.js';

/** Cinder v3: volumes. */
@Controller(projectPaths('volumes'))
export class VolumesController {
  constructor(
    private readonly volumes: VolumesService,
    private readonly ending: VolumeEnding,
    private readonly pages: VolumePages,
  ) {}

  @Post()
  @HttpCode(202)
  @Policy(projectAction('create'))
  @Operation({ body: CreateVolume, answers: { 202: VolumeAnswer }, errors: [409] })
  async create(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Body() body: unknown,
  ) {
    const { volume: request } = parse(CreateVolume, body);
    this.pages.checkZone(principal, request.availability_zone);
    return { volume: await this.pages.show(await this.volumes.create(principal, request), version) };
  }

  @Get()
  @Policy(projectAction('read'))
  @Operation({ query: VolumeListQuery, answers: { 200: VolumeList } })
  list(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Query() query: unknown,
  ) {
    return this.pages.list(principal, query, version);
  }

  @Get('detail')
  @Policy(projectAction('read'))
  @Operation({ query: VolumeListQuery, answers: { 200: VolumeDetailList } })
  detail(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Query() query: unknown,
  ) {
    return this.pages.detail(principal, query, version);
  }

  @Get('summary')
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: VolumesSummary }, errors: [404] })
  summary(@ProjectCaller() principal: Principal, @RequestMicroversion() version: MicroversionValue) {
    return this.pages.summary(principal, version);
  }

  @Get(':id')
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: VolumeAnswer } })
  async show(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
  ) {
    return { volume: await this.pages.show(await this.volumes.show(principal, this.pages.id(id)), version) };
  }

  @Put(':id')
  @Policy(projectAction('write'))
  @Operation({ body: UpdateVolume, answers: { 200: VolumeAnswer } })
  async update(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
    @Body() body: unknown,
  ) {
    const { name, display_name, description, display_description, metadata } = parse(UpdateVolume, body).volume;
    const newName = name === undefined ? display_name : name;
    const newDescription = description === undefined ? display_description : description;
    const volume = await this.volumes.update(principal, this.pages.id(id), () => ({
      ...(newName === undefined ? {} : { name: newName }),
      ...(newDescription === undefined ? {} : { description: newDescription }),
      ...(metadata === undefined || metadata === null ? {} : { metadata }),
    }));
    return { volume: await this.pages.show(volume, version) };
  }

  @Delete(':id')
  @HttpCode(202)
  @Policy(projectAction('write'))
  @Operation({ answers: { 202: {} }, errors: [409] })
  async delete(@ProjectCaller() principal: Principal, @Param('id') id: string): Promise<void> {
    await this.ending.delete(principal, this.pages.id(id));
  }
}
