import { Injectable } from '@nestjs/common';
import { Uuid } from '@ocx/openstack-api/ids';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { isAtLeast, type MicroversionValue } from '@ocx/service-kit/microversion';
import type { Principal } from '@ocx/service-kit/principal';
import { AttachmentsRepository } from '../attachments/attachments.repository.js';
import { BlockStorageConfig } from '../block-storage.config.js';
import { ownerOf } from '../owner.js';
import { AVAILABILITY_ZONE } from '../limits/limits.view.js';
import { VolumeQuotas } from './volume-quotas.js';
import { MAX_PAGE, type VolumeQuery, volumeQuery } from './volume-query.js';
import { DEFAULT_VOLUME_TYPE, type Volume } from './volume.js';
import { volumeSummaryView, type ViewContext, volumeView } from './volume.view.js';
import { volumeNotFound, VolumesService } from './volumes.service.js';

const DETAIL_PATH = '/detail';

/** Volumes as Cinder shows them: with their attachments, page by page. */
@Injectable()
export class VolumePages {
  constructor(
    private readonly config: BlockStorageConfig,
    private readonly volumes: VolumesService,
    private readonly attachments: AttachmentsRepository,
    private readonly quotas: VolumeQuotas,
  ) {}

  /** An id that cannot be one is an id that is not there. */
  id(text: string): string {
    if (!Uuid.safeParse(text).success) throw volumeNotFound(text.slice(0, 64));
    return text;
  }

  /** In the exchange's world the zone is the landlord, and the broker has chosen already. */
  checkZone(principal: Principal, zone: string | null | undefined): void {
    if (principal.realm === 'exchange' || zone === null || zone === undefined || zone === AVAILABILITY_ZONE) return;
    throw new InvalidInput(`Availability zone '${zone}' is invalid.`);
  }

  async show(volume: Volume, version: MicroversionValue) {
    const attachments = await this.attachments.ofVolumes([volume.id]);
    return volumeView(volume, attachments, this.context(version));
  }

  async list(principal: Principal, raw: unknown, version: MicroversionValue) {
    const { volumes, rest } = await this.page(principal, raw, version, '');
    const context = this.context(version);
    return { volumes: volumes.map((volume) => volumeSummaryView(volume, context)), ...rest };
  }

  async detail(principal: Principal, raw: unknown, version: MicroversionValue) {
    const { volumes, rest } = await this.page(principal, raw, version, DETAIL_PATH);
    return { volumes: await this.detailed(volumes, this.context(version)), ...rest };
  }

  async summary(principal: Principal, version: MicroversionValue) {
    if (!isAtLeast(version, 12)) throw new NotFound('The resource could not be found.');
    const owner = ownerOf(principal);
    const used = await this.quotas.use(owner);
    const summary = { total_count: used.volumes, total_size: used.gigabytes };
    if (!isAtLeast(version, 36)) return { 'volume-summary': summary };
    return { 'volume-summary': { ...summary, metadata: await this.volumes.metadataSummary(owner) } };
  }

  private async page(principal: Principal, raw: unknown, version: MicroversionValue, path: string) {
    const query = volumeQuery(raw, AVAILABILITY_ZONE, isTypeName);
    const { volumes, more, count } = await this.volumes.list(principal, query);
    const last = volumes.at(-1);
    const rest = {
      ...(more && last ? { volumes_links: [this.next(raw, query, last, path)] } : {}),
      ...(count !== undefined && isAtLeast(version, 45) ? { count } : {}),
    };
    return { volumes, rest };
  }

  private async detailed(volumes: readonly Volume[], context: ViewContext) {
    const attachments = await this.attachments.ofVolumes(volumes.map(({ id }) => id));
    return volumes.map((volume) =>
      volumeView(
        volume,
        attachments.filter(({ volumeId }) => volumeId === volume.id),
        context,
      ),
    );
  }

  private context(microversion: MicroversionValue): ViewContext {
    return { url: this.config.OCX_PUBLIC_URL, zone: AVAILABILITY_ZONE, microversion };
  }

  private next(raw: unknown, query: VolumeQuery, last: Volume, path: string) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(raw as Record<string, unknown>)) {
      if (typeof value === 'string' && name !== 'offset') search.set(name, value);
    }
    search.set('limit', String(Math.min(query.limit, MAX_PAGE)));
    search.set('marker', last.id);
    const url = `${this.config.OCX_PUBLIC_URL}/v3/${last.projectId}/volumes${path}`;
    return { rel: 'next', href: `${url}?${search.toString()}` };
  }
}

const isTypeName = (text: string): boolean => text === DEFAULT_VOLUME_TYPE.name || text === DEFAULT_VOLUME_TYPE.id;
