import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  CreateImage,
  Image,
  IMAGE_PATCH_BODY,
  IMAGE_PATCH_TYPES,
  ImageList,
  ImageListQuery,
  ImageLocation,
  ImagePatch,
} from '@ocx/openstack-api/image/images';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden, InvalidInput } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { parse } from '@ocx/service-kit/validation';
import { WithinBudget } from '../budgets/within-budget.js';
import { queryParameters } from '../proxy/page.js';
import { ProxySettings } from '../proxy/proxy-settings.js';
import { isOperator } from '../exchange-api/exchange.policy.js';
import { patchedImage } from './image-changes.js';
import { ImageListService } from './image-list.service.js';
import { imageView } from './image.view.js';
import { PROXY_POLICY } from '../proxy/proxy.policy.js';
import { ImagesService } from './images.service.js';

const LIST_KEYS: ReadonlySet<string> = new Set(Object.keys(ImageListQuery.shape));

@Controller('regions/:region/image/v2/images')
@WithinBudget('nothing')
@Policy(PROXY_POLICY.images)
export class ImagesController {
  constructor(
    private readonly images: ImagesService,
    private readonly lists: ImageListService,
    private readonly settings: ProxySettings,
  ) {}

  @Get()
  @Operation({ query: ImageListQuery, answers: { 200: ImageList } })
  async list(@Caller() caller: Principal, @Query() query: Record<string, string | string[]>) {
    const parsed = parse(ImageListQuery, query);
    const properties = Object.fromEntries(
      Object.entries(query).flatMap(([key, value]) =>
        LIST_KEYS.has(key) || typeof value !== 'string' ? [] : [[key, value]],
      ),
    );
    const page = await this.lists.list(caller, parsed, properties);
    const rest = queryParameters(query);
    rest.delete('marker');
    const suffix = rest.size === 0 ? '' : `?${rest.toString()}`;
    const next = page.nextMarker;
    if (next !== undefined) rest.set('marker', next);
    return {
      images: page.images.map(imageView),
      first: `/v2/images${suffix}`,
      schema: '/v2/schemas/images',
      ...(next === undefined ? {} : { next: `/v2/images?${rest.toString()}` }),
    };
  }

  @Post()
  @Operation({ body: CreateImage, answers: { 201: { body: Image, headers: ImageLocation } }, errors: [409] })
  async create(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const image = await this.images.create(caller, parse(CreateImage, body));
    void reply.header('location', `${this.settings.publicUrl}/regions/${region}/image/v2/images/${image.id}`);
    return imageView(image);
  }

  @Get(':id')
  @Operation({ answers: { 200: Image } })
  async show(@Caller() caller: Principal, @Param('id') id: string) {
    return imageView(await this.images.show(caller, id));
  }

  @Patch(':id')
  @Operation({ body: IMAGE_PATCH_BODY, answers: { 200: Image }, errors: [409] })
  async update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: ServiceRequest,
  ) {
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    if (!(IMAGE_PATCH_TYPES as readonly string[]).includes(type)) {
      throw new InvalidInput(`A PATCH is of type ${IMAGE_PATCH_TYPES[0]}.`);
    }
    const patch = parse(ImagePatch, body);
    return imageView(await this.images.update(caller, id, (image) => patchedImage(image, patch)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async delete(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.images.delete(caller, id);
  }

  @Put(':id/tags/:tag')
  @HttpCode(204)
  @Operation({ answers: { 204: {} } })
  async addTag(@Caller() caller: Principal, @Param('id') id: string, @Param('tag') tag: string): Promise<void> {
    if (tag.length > 255) throw new InvalidInput('A tag has at most 255 characters.');
    await this.images.update(caller, id, ({ tags }) => {
      if (!tags.includes(tag) && tags.length >= 128) throw new InvalidInput('An image has at most 128 tags.');
      return { tags: [...new Set([...tags, tag])] };
    });
  }

  @Delete(':id/tags/:tag')
  @HttpCode(204)
  @Operation({ answers: { 204: {} } })
  async removeTag(@Caller() caller: Principal, @Param('id') id: string, @Param('tag') tag: string): Promise<void> {
    await this.images.update(caller, id, ({ tags }) => ({ tags: tags.filter((candidate) => candidate !== tag) }));
  }

  @Post(':id/actions/deactivate')
  @HttpCode(204)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async deactivate(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    requireAdmin(caller);
    await this.images.setActive(caller, id, false);
  }

  @Post(':id/actions/reactivate')
  @HttpCode(204)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async reactivate(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    requireAdmin(caller);
    await this.images.setActive(caller, id, true);
  }
}

function requireAdmin(caller: Principal): void {
  if (!isOperator(caller)) throw new Forbidden('You are not authorized to complete this action.');
}
