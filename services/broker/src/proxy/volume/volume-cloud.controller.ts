import { Controller, Get, Param, Query } from '@nestjs/common';
import { OpenStackId } from '@ocx/openstack-api/ids';
import { VOLUME_TYPES, type VolumeType } from '@ocx/openstack-api/exchange/products';
import {
  AvailabilityZoneList,
  CinderLimits,
  QuotaQuery,
  QuotaSet,
  SnapshotList,
  VolumeExtensionList,
} from '@ocx/openstack-api/block-storage/limits';
import {
  ExtraSpecsAnswer,
  VolumeTypeAnswer,
  VolumeTypeList,
  type VolumeTypeView,
} from '@ocx/openstack-api/block-storage/volume-types';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden, NotFound } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import { ProductOffers } from '../product-offers.service.js';
import { isOperator } from '../../exchange-api/exchange.policy.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { ExchangeLimits } from '../quotas/exchange-limits.js';
import { QuotasService } from '../quotas/quotas.service.js';
import { type VolumeTarget, VolumeContext } from './volume-context.js';

const NONE = { snapshots: 0, backups: 0, backup_gigabytes: 0, groups: 0, per_volume_gigabytes: -1 };

/** Types, limits, quotas and zones of the combined block storage: the broker's own answers. */
@Controller(['regions/:region/volume/v3', 'regions/:region/volume/v3/:project_id'])
export class VolumeCloudController {
  constructor(
    private readonly context: VolumeContext,
    private readonly quotas: QuotasService,
    private readonly exchangeLimits: ExchangeLimits,
    private readonly offers: ProductOffers,
    private readonly connections: LandlordConnections,
  ) {}

  @Get('types')
  @Policy(PROXY_POLICY.anyone)
  @Operation({ answers: { 200: VolumeTypeList } })
  async types(@Param('region') region: string) {
    return { volume_types: await Promise.all(VOLUME_TYPES.map((type) => this.typeView(region, type))) };
  }

  @Get('types/:type')
  @Policy(PROXY_POLICY.anyone)
  @Operation({ answers: { 200: VolumeTypeAnswer } })
  async type(@Param('region') region: string, @Param('type') id: string) {
    const wanted = id === 'default' ? VOLUME_TYPES[0] : VOLUME_TYPES.find((type) => type.id === id);
    if (!wanted) throw new NotFound(`Volume type ${id.slice(0, 64)} could not be found.`);
    return { volume_type: await this.typeView(region, wanted) };
  }

  @Get('types/:type/extra_specs')
  @Policy(PROXY_POLICY.anyone)
  @Operation({ answers: { 200: ExtraSpecsAnswer } })
  async extraSpecs(@Param('region') region: string, @Param('type') id: string) {
    const { volume_type: type } = await this.type(region, id);
    return { extra_specs: type.extra_specs };
  }

  @Get('limits')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: CinderLimits } })
  async limits(@Caller() caller: Principal, @Param() target: VolumeTarget) {
    await this.context.of(caller, target);
    const id = caller.projectId ?? '';
    const [limits, used] = await Promise.all([this.exchangeLimits.volume(id), this.quotas.volume(id)]);
    const { volumes, gigabytes } = limits;
    return {
      limits: {
        rate: [],
        absolute: {
          totalSnapshotsUsed: 0,
          maxTotalBackups: 0,
          maxTotalVolumeGigabytes: gigabytes,
          maxTotalSnapshots: 0,
          maxTotalBackupGigabytes: 0,
          totalBackupGigabytesUsed: 0,
          maxTotalVolumes: volumes,
          totalVolumesUsed: used.volumes,
          totalBackupsUsed: 0,
          totalGigabytesUsed: used.gigabytes,
        },
      },
    };
  }

  @Get('os-quota-sets/:project')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: QuotaQuery, answers: { 200: QuotaSet } })
  async quotaSet(@Caller() caller: Principal, @Param('project') project: string, @Query() query: unknown) {
    const id = subject(caller, project);
    const limits: Record<string, number> = { ...(await this.exchangeLimits.volume(id)), ...NONE };
    if (!/^(1|true)$/i.test(parse(QuotaQuery, query).usage ?? '')) return { quota_set: { id, ...limits } };
    const used: Record<string, number> = { ...(await this.quotas.volume(id)) };
    const withUse = Object.fromEntries(
      Object.entries(limits).map(([key, limit]) => [key, { limit, in_use: used[key] ?? 0, reserved: 0, allocated: 0 }]),
    );
    return { quota_set: { id, ...withUse } };
  }

  @Get('os-quota-sets/:project/defaults')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: QuotaSet } })
  async defaults(@Caller() caller: Principal, @Param('project') project: string) {
    const id = subject(caller, project);
    return { quota_set: { id, ...(await this.exchangeLimits.volume()), ...NONE } };
  }

  @Get('os-availability-zone')
  @Policy(PROXY_POLICY.anyone)
  @Operation({ answers: { 200: AvailabilityZoneList } })
  async zones(@Param('region') region: string) {
    const { landlords } = await this.context.region(region);
    return {
      availabilityZoneInfo: landlords.map((landlord) => ({
        zoneName: landlord.name,
        zoneState: { available: landlord.state === 'active' && this.connections.isReachable(landlord) },
      })),
    };
  }

  /** No snapshots are made here; clients list them before they delete a volume. */
  @Get('snapshots')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: SnapshotList } })
  snapshots() {
    return { snapshots: [] };
  }

  @Get('snapshots/detail')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: SnapshotList } })
  snapshotsDetail() {
    return { snapshots: [] };
  }

  @Get('extensions')
  @Policy(PROXY_POLICY.anyone)
  @Operation({ answers: { 200: VolumeExtensionList } })
  extensions() {
    return { extensions: [] };
  }

  private async typeView(region: string, type: VolumeType): Promise<VolumeTypeView> {
    return {
      id: type.id,
      name: type.name,
      description: type.description,
      is_public: true,
      'os-volume-type-access:is_public': true,
      qos_specs_id: null,
      extra_specs: await this.offers.extraSpecs(await this.context.region(region), 'volume', type.id),
    };
  }
}

function subject(caller: Principal, project: string): string {
  if (project !== caller.projectId && !isOperator(caller)) {
    throw new Forbidden("Policy doesn't allow volume_extension:quotas:show to be performed.");
  }
  return parse(OpenStackId, project);
}
