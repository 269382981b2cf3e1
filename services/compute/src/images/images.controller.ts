import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
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
  ImportImage,
} from '@ocx/openstack-api/image/images';
import { Uuid } from '@ocx/openstack-api/ids';
import { ImageFileHeaders, ImageRangeHeaders, RangeRequest } from '@ocx/openstack-api/image/discovery';
import { Policy } from '@ocx/service-kit/auth';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { BYTES, Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { parse } from '@ocx/service-kit/validation';
import { byteRange } from './byte-range.js';
import { imageSort } from './image-sort.js';
import { imageView } from './image.view.js';
import { ImagesService } from './images.service.js';
import { deleteImage, putImage, readImages } from './images.policy.js';

const DEFAULT_PAGE = 25;
const MAX_PAGE = 1000;
const FILE = { 'application/octet-stream': BYTES };

// A look-up by name asks for /v2/images/<name> first: that is a clean 404.
function imageId(text: string): string {
  const id = Uuid.safeParse(text);
  if (!id.success) throw new NotFound(`No image found with ID ${text}`);
  return id.data;
}

@Controller('image/v2/images')
export class ImagesController {
  constructor(private readonly images: ImagesService) {}

  @Get()
  @Policy(readImages)
  @Operation({ query: ImageListQuery, answers: { 200: ImageList } })
  async list(@Caller() caller: Principal, @Query() raw: Record<string, string | string[]>) {
    const query = parse(ImageListQuery, raw);
    const limit = Math.min(query.limit ?? DEFAULT_PAGE, MAX_PAGE);
    const page = await this.images.list(caller, query, imageSort(query), limit);
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(raw))
      if (key !== 'marker') for (const one of [value].flat()) parameters.append(key, one);
    const first = `/v2/images${parameters.size > 0 ? `?${parameters.toString()}` : ''}`;
    const last = page.at(-1);
    if (last) parameters.append('marker', last.id);
    const next = last && page.length === limit && limit > 0 ? { next: `/v2/images?${parameters.toString()}` } : {};
    return { images: page.map(imageView), first, ...next, schema: '/v2/schemas/images' };
  }

  @Post()
  @Policy(putImage)
  @Operation({ body: CreateImage, answers: { 201: { body: Image, headers: ImageLocation } }, errors: [409] })
  async create(@Caller() caller: Principal, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    const image = await this.images.create(caller, parse(CreateImage, body));
    reply.header('Location', `/v2/images/${image.id}`);
    reply.header('OpenStack-image-import-methods', 'web-download');
    return imageView(image);
  }

  @Get(':id')
  @Policy(readImages)
  @Operation({ answers: { 200: Image } })
  async show(@Caller() caller: Principal, @Param('id') id: string) {
    return imageView(await this.images.show(caller, imageId(id)));
  }

  @Patch(':id')
  @Policy(putImage)
  @Operation({ body: IMAGE_PATCH_BODY, answers: { 200: Image }, errors: [409] })
  async update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Headers('content-type') type: string | undefined,
    @Body() body: unknown,
  ) {
    if (!(IMAGE_PATCH_TYPES as readonly string[]).includes(type ?? '')) {
      throw new InvalidInput(`The media type of a patch is ${IMAGE_PATCH_TYPES[0]}.`);
    }
    return imageView(await this.images.update(caller, imageId(id), parse(ImagePatch, body)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Policy(deleteImage)
  @Operation({ answers: { 204: {} } })
  async delete(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.images.delete(caller, imageId(id));
  }

  @Put(':id/file')
  @HttpCode(204)
  @Policy(putImage)
  @Operation({ body: FILE, answers: { 204: {} }, errors: [409] })
  async upload(@Caller() caller: Principal, @Param('id') id: string, @Req() request: ServiceRequest): Promise<void> {
    await this.images.upload(caller, imageId(id), request.raw);
  }

  @Get(':id/file')
  @Policy(readImages)
  @Operation({
    headers: RangeRequest,
    answers: {
      200: { body: FILE, headers: ImageFileHeaders },
      204: {},
      206: { body: FILE, headers: ImageRangeHeaders },
    },
    errors: [416],
  })
  async download(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Headers('range') rangeHeader: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { image, open } = await this.images.download(caller, imageId(id));
    if (image.status !== 'active' || image.size === null) {
      await reply.code(204).send();
      return;
    }
    const range = byteRange(rangeHeader, image.size);
    void reply.type('application/octet-stream').header('Content-MD5', image.md5 ?? '');
    if (range) {
      void reply.code(206).header('Content-Range', `bytes ${range.start}-${range.end}/${image.size}`);
      void reply.header('Content-Length', String(range.end - range.start + 1));
    } else void reply.header('Content-Length', String(image.size));
    await reply.send(open(range));
  }

  @Post(':id/import')
  @HttpCode(202)
  @Policy(putImage)
  @Operation({ body: ImportImage, answers: { 202: {} }, errors: [409] })
  async import(@Caller() caller: Principal, @Param('id') id: string, @Body() body: unknown): Promise<void> {
    const { method } = parse(ImportImage, body);
    await this.images.pull(caller, imageId(id), method.uri.slice('docker://'.length));
  }
}
