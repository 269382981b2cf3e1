import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import {
  FlavorAnswer,
  FlavorDetailList,
  FlavorExtraSpecs,
  FlavorList,
  FlavorListQuery,
} from '@ocx/openstack-api/compute/flavors';
import { type Flavor, FLAVORS } from '@ocx/openstack-api/exchange/products';
import { Policy } from '@ocx/service-kit/auth';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import { pageLimit } from '../servers/paging.js';
import { flavorDetail, flavorSummary } from './flavor.view.js';
import { readFlavors } from './flavors.policy.js';

const SORT_KEYS = {
  flavorid: 'id',
  id: 'id',
  name: 'name',
  memory_mb: 'ram',
  vcpus: 'vcpus',
  root_gb: 'disk',
} as const;

/** The exchange's standard products are the flavors, the same at every landlord. */
function select(query: FlavorListQuery): Flavor[] {
  const key = SORT_KEYS[query.sort_key ?? 'flavorid'];
  const sign = query.sort_dir === 'desc' ? -1 : 1;
  const sorted = FLAVORS.filter(({ ram, disk }) => ram >= (query.minRam ?? 0) && disk >= (query.minDisk ?? 0)).sort(
    (one, other) => (one[key] < other[key] ? -sign : one[key] > other[key] ? sign : 0),
  );
  if (query.marker === undefined) return sorted.slice(0, pageLimit(query.limit));
  const start = sorted.findIndex(({ id }) => id === query.marker);
  if (start < 0) throw new InvalidInput(`marker [${query.marker}] not found`);
  return sorted.slice(start + 1, start + 1 + pageLimit(query.limit));
}

function show(id: string): Flavor {
  const flavor = FLAVORS.find((one) => one.id === id);
  if (!flavor) throw new NotFound(`Flavor ${id} could not be found.`);
  return flavor;
}

@Controller('v2.1/flavors')
export class FlavorsController {
  constructor(@Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings) {}

  @Get()
  @Policy(readFlavors)
  @Operation({ query: FlavorListQuery, answers: { 200: FlavorList } })
  list(@RequestMicroversion() version: MicroversionValue, @Query() query: unknown) {
    const flavors = select(parse(FlavorListQuery, query));
    return { flavors: flavors.map((flavor) => flavorSummary(flavor, this.settings.OCX_PUBLIC_URL, version)) };
  }

  @Get('detail')
  @Policy(readFlavors)
  @Operation({ query: FlavorListQuery, answers: { 200: FlavorDetailList } })
  detail(@RequestMicroversion() version: MicroversionValue, @Query() query: unknown) {
    const flavors = select(parse(FlavorListQuery, query));
    return { flavors: flavors.map((flavor) => flavorDetail(flavor, this.settings.OCX_PUBLIC_URL, version)) };
  }

  @Get(':id')
  @Policy(readFlavors)
  @Operation({ answers: { 200: FlavorAnswer } })
  show(@RequestMicroversion() version: MicroversionValue, @Param('id') id: string) {
    return { flavor: flavorDetail(show(id), this.settings.OCX_PUBLIC_URL, version) };
  }

  @Get(':id/os-extra_specs')
  @Policy(readFlavors)
  @Operation({ answers: { 200: FlavorExtraSpecs } })
  extraSpecs(@Param('id') id: string) {
    show(id);
    return { extra_specs: {} };
  }
}
