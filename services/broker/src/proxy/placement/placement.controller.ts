import { createHash } from 'node:crypto';
import { Controller, Get, Param } from '@nestjs/common';
import {
  PlacementVersions,
  ProviderTraits,
  ResourceProvider,
  ResourceProviderList,
  TraitList,
} from '@ocx/openstack-api/placement/placement';
import { Policy, Public } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { formatMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import type { Landlord } from '../../landlords/landlord.js';
import { OffersService } from '../../market/offers/offers.service.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { ProxySettings } from '../proxy-settings.js';
import { RegionsService } from '../regions/regions.service.js';
import { onlySlash } from '../trailing-slash.js';
import { PLACEMENT_MAX, PLACEMENT_MIN } from './placement-microversions.js';

function providerUuid({ id }: Landlord): string {
  const hex = createHash('sha256').update(`placement:${id}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What there is to read of Placement: each compute landlord is a provider with the traits that it offers. */
@Controller('regions/:region/placement')
export class PlacementController {
  constructor(
    private readonly regions: RegionsService,
    private readonly offers: OffersService,
    private readonly settings: ProxySettings,
  ) {}

  @Get(['', '*'])
  @Public()
  @Operation({ answers: { 200: PlacementVersions } })
  async versions(@Param('region') region: string, @Param('*') rest?: string) {
    onlySlash(rest);
    await this.regions.require(region);
    const href = `${this.settings.publicUrl}/regions/${region}/placement/`;
    return {
      versions: [
        {
          id: 'v1.0',
          status: 'CURRENT' as const,
          min_version: formatMicroversion(PLACEMENT_MIN),
          max_version: formatMicroversion(PLACEMENT_MAX),
          links: [{ rel: 'self', href }],
        },
      ],
    };
  }

  @Get('resource_providers')
  @Policy(PROXY_POLICY.administrator)
  @Operation({ answers: { 200: ResourceProviderList } })
  async providers(@Param('region') name: string) {
    const { landlords } = await this.regions.resolve(name, 'compute');
    return { resource_providers: landlords.map((landlord) => this.provider(name, landlord)) };
  }

  @Get('resource_providers/:id')
  @Policy(PROXY_POLICY.administrator)
  @Operation({ answers: { 200: ResourceProvider } })
  async show(@Param('region') name: string, @Param('id') id: string) {
    return this.provider(name, await this.find(name, id));
  }

  @Get('resource_providers/:id/traits')
  @Policy(PROXY_POLICY.administrator)
  @Operation({ answers: { 200: ProviderTraits } })
  async providerTraits(@Param('region') name: string, @Param('id') id: string) {
    const landlord = await this.find(name, id);
    return { resource_provider_generation: 0, traits: await this.traitsOf([landlord]) };
  }

  @Get('traits')
  @Policy(PROXY_POLICY.administrator)
  @Operation({ answers: { 200: TraitList } })
  async traits(@Param('region') name: string) {
    const { landlords } = await this.regions.resolve(name, 'compute');
    return { traits: await this.traitsOf(landlords) };
  }

  private async find(name: string, id: string): Promise<Landlord> {
    const { landlords } = await this.regions.resolve(name, 'compute');
    const landlord = landlords.find((candidate) => providerUuid(candidate) === id);
    if (!landlord) throw new NotFound(`No resource provider with uuid ${id.slice(0, 64)} found`);
    return landlord;
  }

  private async traitsOf(landlords: readonly Landlord[]): Promise<string[]> {
    const ids = new Set(landlords.map(({ id }) => id));
    const offers = await this.offers.current();
    const traits = offers.filter(({ offer }) => ids.has(offer.landlord_id)).flatMap(({ offer }) => offer.traits);
    return [...new Set(traits)].sort();
  }

  private provider(region: string, landlord: Landlord): ResourceProvider {
    const uuid = providerUuid(landlord);
    const href = new URL(`${this.settings.publicUrl}/regions/${region}/placement/resource_providers/${uuid}`).pathname;
    return {
      uuid,
      name: landlord.name,
      generation: 0,
      parent_provider_uuid: null,
      root_provider_uuid: uuid,
      links: [
        { rel: 'self', href },
        { rel: 'traits', href: `${href}/traits` },
      ],
    };
  }
}
