import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ConsumerAnswer,
  ConsumerCreated,
  ConsumerList,
  ConsumerQuery,
  CreateConsumer,
  UpdateConsumer,
} from '@ocx/openstack-api/identity/oauth-consumers';
import { Policy } from '@ocx/service-kit/auth';
import { InvalidInput } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, systemReads } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { consumerView } from './oauth-consumer.view.js';
import { OAuthConsumersService } from './oauth-consumers.service.js';

@Controller('v3/OS-OAUTH1/consumers')
export class OAuthConsumersController {
  constructor(
    private readonly consumers: OAuthConsumersService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReads)
  @Operation({ query: ConsumerQuery, answers: { 200: ConsumerList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const { items, next } = await this.consumers.list(pageRequest(parse(ConsumerQuery, query)));
    return {
      consumers: items.map((consumer) => consumerView(consumer, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post()
  @Policy(cloudAdmin)
  @Operation({ body: CreateConsumer, answers: { 201: ConsumerCreated } })
  async create(@Body() body: unknown) {
    const { description } = parse(CreateConsumer, body).consumer;
    const { consumer, secret } = await this.consumers.create(description ?? null);
    return { consumer: { ...consumerView(consumer, this.settings.base), secret } };
  }

  @Get(':consumer_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: ConsumerAnswer } })
  async show(@Param('consumer_id') id: string) {
    return { consumer: consumerView(await this.consumers.show(id), this.settings.base) };
  }

  @Patch(':consumer_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateConsumer, answers: { 200: ConsumerAnswer } })
  async update(@Param('consumer_id') id: string, @Body() body: unknown) {
    const { description, secret } = parse(UpdateConsumer, body).consumer;
    if (secret !== undefined) throw new InvalidInput('Cannot change consumer secret.');
    return { consumer: consumerView(await this.consumers.describe(id, description), this.settings.base) };
  }

  @Delete(':consumer_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('consumer_id') id: string): Promise<void> {
    await this.consumers.delete(id);
  }
}
