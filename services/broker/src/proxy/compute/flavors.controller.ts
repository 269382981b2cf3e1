import { Controller, Get, Param, Query } from '@nestjs/common';
import { FLAVORS, type Flavor } from '@ocx/openstack-api/exchange/products';
import {
  FlavorAnswer,
  type FlavorDetail,
  FlavorDetailList,
  FlavorExtraSpec,
  FlavorExtraSpecs,
  FlavorList,
  FlavorListQuery,
} from '@ocx/openstack-api/compute/flavors';
import { Policy } from '@ocx/service-kit/auth';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { ProductOffers } from '../product-offers.service.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { ComputeContext } from './compute-context.js';
import type { ComputeLinks } from './server.view.js';

const SORT: Readonly<Record<string, (flavor: Flavor) => string | number>> = {
  flavorid: ({ id }) => id,
  id: ({ id }) => id,
  name: ({ name }) => name,
  memory_mb: ({ ram }) => ram,
  vcpus: ({ vcpus }) => vcpus,
  root_gb: ({ disk }) => disk,
};

function linksOf({ publicUrl, region }: ComputeLinks, id: string) {
  const base = `${publicUrl}/regions/${region}/compute`;
  return [
    { rel: 'self', href: `${base}/v2.1/flavors/${id}` },
    { rel: 'bookmark', href: `${base}/flavors/${id}` },
  ];
}

/** The exchange's standard products of compute. Who offers them, and at which price, is in their extra specs. */
@Controller('regions/:region/compute/v2.1/flavors')
@Policy(PROXY_POLICY.anyone)
export class FlavorsController {
  constructor(
    private readonly context: ComputeContext,
    private readonly offers: ProductOffers,
  ) {}

  @Get()
  @Operation({ query: FlavorListQuery, answers: { 200: FlavorList } })
  async list(@Param('region') name: string, @Query() query: unknown) {
    await this.context.region(name);
    const links = this.context.links(name);
    return { flavors: select(query).map(({ id, name: label }) => ({ id, name: label, links: linksOf(links, id) })) };
  }

  @Get('detail')
  @Operation({ query: FlavorListQuery, answers: { 200: FlavorDetailList } })
  async detail(
    @Param('region') name: string,
    @Query() query: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    return { flavors: await Promise.all(select(query).map((flavor) => this.view(name, flavor, version))) };
  }

  @Get(':id')
  @Operation({ answers: { 200: FlavorAnswer } })
  async show(
    @Param('region') name: string,
    @Param('id') id: string,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    return { flavor: await this.view(name, find(id), version) };
  }

  @Get(':id/os-extra_specs')
  @Operation({ answers: { 200: FlavorExtraSpecs } })
  async extraSpecs(@Param('region') name: string, @Param('id') id: string) {
    return { extra_specs: await this.offers.extraSpecs(await this.context.region(name), 'server', find(id).id) };
  }

  @Get(':id/os-extra_specs/:key')
  @Operation({ answers: { 200: FlavorExtraSpec } })
  async extraSpec(@Param('region') name: string, @Param('id') id: string, @Param('key') key: string) {
    const specs = await this.offers.extraSpecs(await this.context.region(name), 'server', find(id).id);
    const value = specs[key];
    if (value === undefined) throw new NotFound(`Flavor ${id} has no extra specs with key ${key.slice(0, 64)}.`);
    return { [key]: value };
  }

  private async view(name: string, flavor: Flavor, { minor }: MicroversionValue): Promise<FlavorDetail> {
    const region = await this.context.region(name);
    const { id, name: label, vcpus, ram, disk } = flavor;
    return {
      id,
      name: label,
      vcpus,
      ram,
      disk,
      swap: minor >= 75 ? 0 : '',
      rxtx_factor: 1,
      links: linksOf(this.context.links(name), id),
      'OS-FLV-DISABLED:disabled': false,
      'OS-FLV-EXT-DATA:ephemeral': 0,
      'os-flavor-access:is_public': true,
      ...(minor >= 55 ? { description: null } : {}),
      ...(minor >= 61 ? { extra_specs: await this.offers.extraSpecs(region, 'server', id) } : {}),
    };
  }
}

function find(id: string): Flavor {
  const flavor = FLAVORS.find((candidate) => candidate.id === id);
  if (!flavor) throw new NotFound(`Flavor ${id.slice(0, 64)} could not be found.`);
  return flavor;
}

function select(query: unknown): Flavor[] {
  const { limit, marker, minRam, minDisk, sort_key: key, sort_dir: direction } = parse(FlavorListQuery, query);
  const value = SORT[key ?? 'flavorid'] ?? SORT['flavorid'];
  const sign = direction === 'desc' ? -1 : 1;
  const sorted = FLAVORS.filter(({ ram, disk }) => ram >= (minRam ?? 0) && disk >= (minDisk ?? 0)).toSorted(
    (left, right) => {
      const [a, b] = [value?.(left) ?? left.id, value?.(right) ?? right.id];
      if (a !== b) return a < b ? -sign : sign;
      return left.id < right.id ? -1 : 1;
    },
  );
  const start = marker === undefined ? 0 : sorted.findIndex(({ id }) => id === marker) + 1;
  if (marker !== undefined && start === 0) throw new InvalidInput(`marker [${marker}] not found`);
  return sorted.slice(start, start + (limit ?? 1000));
}
