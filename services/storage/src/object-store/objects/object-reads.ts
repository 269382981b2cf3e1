import { Injectable } from '@nestjs/common';
import type { ObjectCall } from '../http/swift-call.js';
import type { SwiftReply } from '../http/swift-reply.js';
import { manifestView } from '../large-objects/manifest.view.js';
import type { ObjectContent } from './object-content.js';
import { ObjectContentsService } from './object-contents.service.js';
import { answerFor, ObjectDownload } from './object-download.js';
import type { ObjectPlace } from './object-requests.js';
import { ObjectsService } from './objects.service.js';

/** GET and HEAD of objects. `multipart-manifest=get` asks for a large object's manifest instead of its bytes. */
@Injectable()
export class ObjectReads {
  constructor(
    private readonly objects: ObjectsService,
    private readonly contents: ObjectContentsService,
    private readonly downloads: ObjectDownload,
  ) {}

  async get(call: ObjectCall, place: ObjectPlace): Promise<SwiftReply> {
    const asManifest = call.query.get('multipart-manifest') === 'get';
    const object = await this.objects.show(place.container, call.target.object);
    if (asManifest && object.segments) {
      const body = JSON.stringify(manifestView(object.segments, call.query.get('format') === 'raw' ? 'raw' : 'full'));
      const { headers } = answerFor({}, await this.contents.resolve(place.account.id, object, true));
      const own = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': undefined };
      return { status: 200, headers: { ...headers, ...own }, body };
    }
    return this.downloads.download(call.headers, () => this.find(call, place, asManifest));
  }

  async head(call: ObjectCall, place: ObjectPlace): Promise<SwiftReply> {
    const object = await this.objects.show(place.container, call.target.object);
    const asManifest = call.query.get('multipart-manifest') === 'get';
    const content = asManifest
      ? await this.contents.resolve(place.account.id, object, true)
      : await this.contents.summarize(place.account.id, object);
    const { status, headers } = answerFor(call.headers, content, false);
    return { status, headers };
  }

  private async find(call: ObjectCall, place: ObjectPlace, asManifest: boolean): Promise<ObjectContent> {
    const object = await this.objects.show(place.container, call.target.object);
    return this.contents.resolve(place.account.id, object, asManifest);
  }
}
