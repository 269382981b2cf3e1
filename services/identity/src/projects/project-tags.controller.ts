import { Body, Controller, Delete, Get, HttpCode, Param, Put, Res } from '@nestjs/common';
import { ProjectTag, ReplaceTags, TagsAnswer } from '@ocx/openstack-api/identity/projects';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply } from 'fastify';
import { domainReadsOrOwnProject, domainWrites } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { RequestPath } from '../wire/request-url.js';
import { ProjectTagsService } from './project-tags.service.js';

@Controller('v3/projects/:project_id/tags')
export class ProjectTagsController {
  constructor(
    private readonly tags: ProjectTagsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(domainReadsOrOwnProject)
  @Operation({ answers: { 200: TagsAnswer } })
  async list(@Param('project_id') id: string, @RequestPath() path: string) {
    return { tags: [...(await this.tags.list(id))], links: { self: this.settings.publicUrl + path } };
  }

  @Put()
  @Policy(domainWrites)
  @Operation({ body: ReplaceTags, answers: { 200: TagsAnswer } })
  async replace(@Param('project_id') id: string, @Body() body: unknown, @RequestPath() path: string) {
    const { tags } = parse(ReplaceTags, body);
    return { tags: [...(await this.tags.replace(id, tags))], links: { self: this.settings.publicUrl + path } };
  }

  @Delete()
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async clear(@Param('project_id') id: string): Promise<void> {
    await this.tags.replace(id, []);
  }

  @Get(':tag')
  @HttpCode(204)
  @Policy(domainReadsOrOwnProject)
  @Operation({ answers: { 204: {} } })
  async show(@Param('project_id') id: string, @Param('tag') tag: string): Promise<void> {
    await this.tags.check(id, tag);
  }

  /** An empty body, and where the tag is now. */
  @Put(':tag')
  @HttpCode(201)
  @Policy(domainWrites)
  @Operation({ answers: { 201: {} } })
  async add(
    @Param('project_id') id: string,
    @Param('tag') tag: string,
    @RequestPath() path: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.tags.add(id, parse(ProjectTag, tag));
    reply.header('location', this.settings.publicUrl + path);
  }

  @Delete(':tag')
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async remove(@Param('project_id') id: string, @Param('tag') tag: string): Promise<void> {
    await this.tags.remove(id, tag);
  }
}
