import { Controller, Get, Param, Query } from '@nestjs/common';
import {
  FloatingIpList,
  type Network,
  NetworkAnswer,
  NetworkExtensions,
  NetworkFilters,
  NetworkList,
  NetworkResources,
  NetworkVersions,
  NetworkZones,
  PortList,
  RouterList,
  type SecurityGroup,
  SecurityGroupAnswer,
  SecurityGroupList,
  SubnetList,
} from '@ocx/openstack-api/network/networks';
import { Policy, Public } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { InventoryService } from '../../inventory/inventory.service.js';
import type { Landlord } from '../../landlords/landlord.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { ProxySettings } from '../proxy-settings.js';
import { onlySlash } from '../trailing-slash.js';
import { RegionsService } from '../regions/regions.service.js';
import { networkId, securityGroupId } from './tenant-network.js';

/** One network per project and compute landlord: made by the landlord with the project's first server there. */
function networkView(projectId: string, landlord: Landlord): Network {
  return {
    id: networkId(projectId, landlord),
    name: `${landlord.name}-tenant`,
    description: `Network of this project's servers at ${landlord.name}`,
    status: landlord.state === 'active' ? 'ACTIVE' : 'DOWN',
    admin_state_up: true,
    shared: false,
    'router:external': false,
    tenant_id: projectId,
    project_id: projectId,
    subnets: [],
    availability_zones: [landlord.name],
    availability_zone_hints: [],
    port_security_enabled: true,
    tags: [],
  };
}

function securityGroupView(projectId: string): SecurityGroup {
  return {
    id: securityGroupId(projectId),
    name: 'default',
    description: 'Servers of a project reach one another at one landlord; no other tenant reaches them',
    tenant_id: projectId,
    project_id: projectId,
    security_group_rules: [],
    stateful: true,
    shared: false,
    tags: [],
  };
}

// A filter compares with the view's own words; what the view does not have, nothing matches.
function matching<T extends object>(views: readonly T[], filters: NetworkFilters): T[] {
  const words = Object.entries(filters).filter(
    ([key]) => !['fields', 'limit', 'marker', 'sort_key', 'sort_dir'].includes(key),
  );
  return views.filter((view) =>
    words.every(([key, wanted]) => {
      const value: unknown = (view as Record<string, unknown>)[key];
      const text = typeof value === 'boolean' ? [String(value), value ? 'True' : 'False'] : [String(value)];
      return [wanted ?? []].flat().some((item) => text.includes(item));
    }),
  );
}

/** What clients of Nova need of Neutron: read-only, derived from who the landlords are. */
@Controller('regions/:region/network')
export class NetworkController {
  constructor(
    private readonly regions: RegionsService,
    private readonly inventory: InventoryService,
    private readonly settings: ProxySettings,
  ) {}

  @Get(['', '*'])
  @Public()
  @Operation({ answers: { 200: NetworkVersions } })
  async versions(@Param('region') region: string, @Param('*') rest?: string) {
    onlySlash(rest);
    await this.regions.require(region);
    const href = `${this.settings.publicUrl}/regions/${region}/network/v2.0/`;
    return { versions: [{ id: 'v2.0', status: 'CURRENT' as const, links: [{ rel: 'self', href }] }] };
  }

  @Get(['v2.0', 'v2.0/*'])
  @Public()
  @Operation({ answers: { 200: NetworkResources } })
  async version(@Param('region') region: string, @Param('*') rest?: string) {
    onlySlash(rest);
    await this.regions.require(region);
    return { resources: [] };
  }

  @Get('v2.0/networks')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: NetworkFilters, answers: { 200: NetworkList } })
  async networks(@Caller() caller: Principal, @Param('region') name: string, @Query() filters: unknown) {
    return { networks: matching(await this.networkViews(caller, name), parse(NetworkFilters, filters)) };
  }

  @Get('v2.0/networks/:id')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: NetworkAnswer } })
  async network(@Caller() caller: Principal, @Param('region') name: string, @Param('id') id: string) {
    const network = (await this.networkViews(caller, name)).find((view) => view.id === id);
    if (!network) throw new NotFound(`Network ${id.slice(0, 64)} could not be found.`, { reason: 'NetworkNotFound' });
    return { network };
  }

  @Get('v2.0/security-groups')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: NetworkFilters, answers: { 200: SecurityGroupList } })
  securityGroups(@Caller() caller: Principal, @Query() filters: unknown) {
    return { security_groups: matching([securityGroupView(caller.projectId ?? '')], parse(NetworkFilters, filters)) };
  }

  @Get('v2.0/security-groups/:id')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: SecurityGroupAnswer } })
  securityGroup(@Caller() caller: Principal, @Param('id') id: string) {
    const group = securityGroupView(caller.projectId ?? '');
    if (group.id !== id) {
      throw new NotFound(`Security group ${id.slice(0, 64)} does not exist`, { reason: 'SecurityGroupNotFound' });
    }
    return { security_group: group };
  }

  @Get('v2.0/availability_zones')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: NetworkZones } })
  async zones(@Param('region') name: string) {
    const { landlords } = await this.regions.resolve(name, 'compute');
    return {
      availability_zones: landlords.map((landlord) => ({
        name: landlord.name,
        resource: 'network' as const,
        state: landlord.state === 'active' ? ('available' as const) : ('unavailable' as const),
      })),
    };
  }

  @Get('v2.0/extensions')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: NetworkExtensions } })
  extensions() {
    return { extensions: [] };
  }

  // Nothing of these exists, and clients ask before they create a server.
  @Get('v2.0/subnets')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: SubnetList } })
  subnets() {
    return { subnets: [] };
  }

  @Get('v2.0/ports')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: PortList } })
  ports() {
    return { ports: [] };
  }

  @Get('v2.0/routers')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: RouterList } })
  routers() {
    return { routers: [] };
  }

  @Get('v2.0/floatingips')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: FloatingIpList } })
  floatingIps() {
    return { floatingips: [] };
  }

  private async networkViews(caller: Principal, name: string) {
    const projectId = caller.projectId ?? '';
    const { landlords } = await this.regions.resolve(name, 'compute');
    const servers = await this.inventory.list('server', projectId);
    const used = new Set(servers.map(({ landlordId }) => landlordId));
    return landlords.filter(({ id }) => used.has(id)).map((landlord) => networkView(projectId, landlord));
  }
}
