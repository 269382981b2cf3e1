import { Controller, Get, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ImageFileHeaders, ImageRangeHeaders, RangeRequest } from '@ocx/openstack-api/image/discovery';
import { Policy } from '@ocx/service-kit/auth';
import { InvalidInput, RangeNotSatisfiable } from '@ocx/service-kit/errors';
import { BYTES, Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { WithinBudget } from '../budgets/within-budget.js';
import { ImageDepot } from './image-depot.js';
import { PROXY_POLICY } from '../proxy/proxy.policy.js';
import { ImagesService } from './images.service.js';

const FILE = { 'application/octet-stream': BYTES };

/** One byte range of `size` bytes (RFC 9110 section 14), undefined for the whole. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = header === undefined ? null : /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header.trim());
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (start > end) throw new RangeNotSatisfiable('The range is outside of the image.');
  return { start, end };
}

/** An image's bytes, streamed in and out. */
@Controller('regions/:region/image/v2/images/:id/file')
@WithinBudget('nothing')
@Policy(PROXY_POLICY.images)
export class ImageDataController {
  constructor(
    private readonly images: ImagesService,
    private readonly depot: ImageDepot,
  ) {}

  @Put()
  @HttpCode(204)
  @Operation({ body: FILE, answers: { 204: {} }, errors: [409] })
  async upload(@Caller() caller: Principal, @Param('id') id: string, @Req() request: ServiceRequest): Promise<void> {
    const type = request.headers['content-type']?.split(';')[0];
    if (type !== 'application/octet-stream') {
      throw new InvalidInput('An image is sent as application/octet-stream.');
    }
    await this.images.upload(caller, id, request.raw);
  }

  @Get()
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
    @Req() request: ServiceRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const image = await this.images.download(caller, id);
    if (image?.size === undefined || image.size === null) {
      void reply.code(204).send();
      return;
    }
    const range = rangeOf(request.headers.range, image.size);
    const length = range ? range.end - range.start + 1 : image.size;
    if (range) {
      void reply.code(206);
      void reply.header('content-range', `bytes ${String(range.start)}-${String(range.end)}/${String(image.size)}`);
    }
    if (image.md5 !== null && !range) void reply.header('content-md5', image.md5);
    await reply
      .header('content-length', String(length))
      .header('content-security-policy', 'sandbox')
      .header('x-content-type-options', 'nosniff')
      .type('application/octet-stream')
      .send(this.depot.read(id, range));
  }
}
