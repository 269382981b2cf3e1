import { createHash } from 'node:crypto';
import { Controller, Get, Param } from '@nestjs/common';
import { AvailabilityZones } from '@ocx/openstack-api/compute/availability-zones';
import { ComputeServices, ExtensionAnswer, ExtensionList, Hypervisors } from '@ocx/openstack-api/compute/cloud';
import { Policy } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import type { Landlord } from '../../landlords/landlord.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { ComputeContext } from './compute-context.js';

const EXTENSIONS = [
  ['os-availability-zone', 'AvailabilityZone'],
  ['os-extended-volumes', 'ExtendedVolumes'],
  ['os-keypairs', 'Keypairs'],
  ['os-quota-sets', 'Quotas'],
  ['os-simple-tenant-usage', 'SimpleTenantUsage'],
  ['os-volume-attachment-update', 'VolumeAttachmentUpdate'],
  ['os-volumes', 'Volumes'],
  ['os-used-limits', 'UsedLimits'],
] as const;

const extension = ([alias, name]: readonly [string, string]) => ({
  alias,
  name,
  description: '',
  links: [],
  namespace: 'http://docs.openstack.org/compute/ext/fake_xml',
  updated: '2014-12-03T00:00:00Z',
});

// Nova's ids of services and hypervisors are UUIDs from 2.53 on; a landlord's own id is longer.
function landlordUuid({ id }: Landlord): string {
  const hex = createHash('sha256').update(id).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The cloud itself: its zones are the landlords; each looks like one compute service to an administrator. */
@Controller('regions/:region/compute/v2.1')
export class CloudController {
  constructor(
    private readonly context: ComputeContext,
    private readonly connections: LandlordConnections,
  ) {}

  @Get('os-availability-zone')
  @Policy(PROXY_POLICY.anyone)
  @Operation({ answers: { 200: AvailabilityZones } })
  zones(@Param('region') region: string) {
    return this.zoneList(region, null);
  }

  @Get('os-availability-zone/detail')
  @Policy(PROXY_POLICY.administrator)
  @Operation({ answers: { 200: AvailabilityZones } })
  zonesDetail(@Param('region') region: string) {
    return this.zoneList(region, {});
  }

  @Get('os-services')
  @Policy(PROXY_POLICY.administrator)
  @Operation({ answers: { 200: ComputeServices } })
  async services(@Param('region') name: string, @RequestMicroversion() { minor }: MicroversionValue) {
    const { landlords } = await this.context.region(name);
    return {
      services: landlords.map((landlord, index) => ({
        id: minor >= 53 ? landlordUuid(landlord) : index + 1,
        binary: 'nova-compute' as const,
        host: landlord.name,
        zone: landlord.name,
        status: landlord.state === 'active' ? ('enabled' as const) : ('disabled' as const),
        state: this.connections.isReachable(landlord) ? ('up' as const) : ('down' as const),
        disabled_reason: landlord.state === 'active' ? null : landlord.state,
        updated_at: new Date().toISOString().replace('Z', '000'),
        ...(minor >= 11 ? { forced_down: false } : {}),
      })),
    };
  }

  @Get('os-hypervisors')
  @Policy(PROXY_POLICY.administrator)
  @Operation({ answers: { 200: Hypervisors } })
  async hypervisors(@Param('region') name: string, @RequestMicroversion() { minor }: MicroversionValue) {
    const { landlords } = await this.context.region(name);
    return {
      hypervisors: landlords.map((landlord, index) => ({
        id: minor >= 53 ? landlordUuid(landlord) : index + 1,
        hypervisor_hostname: landlord.name,
        state: this.connections.isReachable(landlord) ? ('up' as const) : ('down' as const),
        status: landlord.state === 'active' ? ('enabled' as const) : ('disabled' as const),
      })),
    };
  }

  @Get('extensions')
  @Policy(PROXY_POLICY.anyone)
  @Operation({ answers: { 200: ExtensionList } })
  extensions() {
    return { extensions: EXTENSIONS.map(extension) };
  }

  @Get('extensions/:alias')
  @Policy(PROXY_POLICY.anyone)
  @Operation({ answers: { 200: ExtensionAnswer } })
  extension(@Param('alias') alias: string) {
    const found = EXTENSIONS.find(([candidate]) => candidate === alias);
    if (!found) throw new NotFound('The resource could not be found.');
    return { extension: extension(found) };
  }

  private async zoneList(name: string, hosts: Record<string, never> | null) {
    const { landlords } = await this.context.region(name);
    return {
      availabilityZoneInfo: landlords.map((landlord) => ({
        zoneName: landlord.name,
        zoneState: { available: landlord.state === 'active' && this.connections.isReachable(landlord) },
        hosts,
      })),
    };
  }
}
